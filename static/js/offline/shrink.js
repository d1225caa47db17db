// Photos as small as a village's network needs them.

const LONGEST = 1600; // pixels
const ENOUGH = 250 * 1024; // bytes
const QUALITIES = [0.8, 0.65, 0.5, 0.38];

// A small upright JPEG of `file`, or the file itself when this browser cannot read it.
export const shrink = async (file) => {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let small;
  for (const quality of QUALITIES) {
    small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (!small || small.size <= ENOUGH) break;
  }
  canvas.width = 0; // gives the memory back at once
  return small ?? file;
};

// Of a form that is sent as it is.
export const shrinkIn = (input) => input.addEventListener("change", async () => {
  const small = new DataTransfer();
  for (const file of [...input.files]) {
    const blob = await shrink(file);
    small.items.add(new File([blob], file.name, { type: blob.type }));
  }
  input.files = small.files;
});
