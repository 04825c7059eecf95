/** 1 January 1980 in MS-DOS form, the earliest a ZIP archive knows. */
const NO_DATE = 0x0021_0000;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];

/**
 * Takes the time of making out of a ZIP archive, in place, so that equal content is equal bytes.
 *
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16; archives without a comment.
 */
export function withoutDates(zip: Buffer): Buffer {
  const end = zip.length - 22;
  if (end < 0 || zip.readUInt32LE(end) !== END) return zip;
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < zip.readUInt16LE(end + 10) && zip.readUInt32LE(at) === CENTRAL; entry++) {
    zip.writeUInt32LE(NO_DATE, at + 12);
    const local = zip.readUInt32LE(at + 42);
    if (zip.readUInt32LE(local) === LOCAL) zip.writeUInt32LE(NO_DATE, local + 10);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return zip;
}
