import sys

from reports.pdf.child import main

main(sys.argv[1:])
