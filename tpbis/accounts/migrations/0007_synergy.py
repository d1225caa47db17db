from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_scheduled_documents'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='accounts_message_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='messagemute',
            name='accounts_messagemute_kind_known',
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('before_due', 'Batas kirim mendekat'), ('after_due', 'Laporan belum dikirim'), ('returned', 'Laporan dikembalikan'), ('digest', 'Ringkasan harian PIC'), ('escalation', 'Pemeriksaan yang lama menunggu'), ('document', 'Laporan terjadwal siap diunduh'), ('synergy', 'Kabar Sinergi')], max_length=20, verbose_name='jenis'),
        ),
        migrations.AlterField(
            model_name='messagemute',
            name='kind',
            field=models.CharField(choices=[('before_due', 'Batas kirim mendekat'), ('after_due', 'Laporan belum dikirim'), ('returned', 'Laporan dikembalikan'), ('digest', 'Ringkasan harian PIC'), ('escalation', 'Pemeriksaan yang lama menunggu'), ('document', 'Laporan terjadwal siap diunduh'), ('synergy', 'Kabar Sinergi')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['before_due', 'after_due', 'returned', 'digest', 'escalation', 'document', 'synergy'])), name='accounts_message_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='messagemute',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['before_due', 'after_due', 'returned', 'digest', 'escalation', 'document', 'synergy'])), name='accounts_messagemute_kind_known'),
        ),
    ]
