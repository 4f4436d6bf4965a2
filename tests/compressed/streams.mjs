// Compresses numbers of many sorts with the reference encoder, and decodes them with the reference decoder.
// node streams.mjs .../meshoptimizer/index.js streams.json
import fs from "node:fs";

const { MeshoptEncoder: encoder, MeshoptDecoder: decoder } = await import(process.argv[2]);
await encoder.ready;
await decoder.ready;

let seed = 1;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
const bytes = (numbers) => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
const base64 = (numbers) => Buffer.from(numbers).toString("base64");
const made = [];

function add(mode, filter, count, stride, stream) {
  const decoded = new Uint8Array(count * stride);
  decoder.decodeGltfBuffer(decoded, count, stride, stream, mode, filter);
  made.push({ mode, filter, count, stride, stream: base64(stream), decoded: base64(decoded) });
}

const sorts = [
  [Uint8Array, () => random() * 256],
  [Uint8Array, (i, width) => i / width + random() * 3],
  [Uint16Array, (i) => i * 3 + random() * 20],
  [Uint32Array, (i) => (random() < 0.1 ? random() * 2 ** 32 : i % 3)],
  [Float32Array, (i) => Math.sin(i / 50) + (i % 7)],
  [Float32Array, (i) => i],
];
for (const version of [0, 1])
  for (const [kind, number] of sorts)
    for (const [count, stride] of [[1, 4], [20, 12], [270, 4]]) {
      const width = stride / kind.BYTES_PER_ELEMENT;
      const numbers = kind.from({ length: count * width }, (_, i) => number(i, width));
      add("ATTRIBUTES", "NONE", count, stride, encoder.encodeVertexBufferLevel(bytes(numbers), count, stride, 3, version));
    }
const wide = Uint8Array.from({ length: 18 * 256 }, (_, i) => (i % 256 < 20 ? random() * 8 : 0));
for (const version of [0, 1]) add("ATTRIBUTES", "NONE", 18, 256, encoder.encodeVertexBufferLevel(wide, 18, 256, 2, version));

const count = 24;
const vectors = (length) =>
  Float32Array.from({ length: count }, (_, i) => i).reduce((all, i) => {
    const one = i < 6 ? [0, 1, 2, 3].map((d) => (d == i % 3 ? (i < 3 ? 1 : -1) : 0)) : [0, 1, 2, 3].map(() => random() - 0.5);
    const size = Math.hypot(...one.slice(0, length));
    return all.set(one.map((number) => number / size), i * 4), all;
  }, new Float32Array(count * 4));
const colors = () => Float32Array.from({ length: count * 4 }, random);
const filtered = [
  ["OCTAHEDRAL", 4, () => encoder.encodeFilterOct(vectors(3), count, 4, 6)],
  ["OCTAHEDRAL", 4, () => encoder.encodeFilterOct(vectors(3), count, 4, 8)],
  ["OCTAHEDRAL", 8, () => encoder.encodeFilterOct(vectors(3), count, 8, 12)],
  ["QUATERNION", 8, () => encoder.encodeFilterQuat(vectors(4), count, 8, 9)],
  ["QUATERNION", 8, () => encoder.encodeFilterQuat(vectors(4), count, 8, 16)],
  ["EXPONENTIAL", 16, () => encoder.encodeFilterExp(colors().map((x) => (x - 0.5) * 1e-5), count, 16, 15, "Separate")],
  ["EXPONENTIAL", 16, () => encoder.encodeFilterExp(colors().map((x) => (x - 0.5) * 1e4), count, 16, 24, "SharedVector")],
  ["COLOR", 4, () => encoder.encodeFilterColor(colors(), count, 4, 8)],
  ["COLOR", 4, () => encoder.encodeFilterColor(colors(), count, 4, 3)],
  ["COLOR", 8, () => encoder.encodeFilterColor(colors(), count, 8, 11)],
];
for (const [name, stride, encode] of filtered)
  add("ATTRIBUTES", name, count, stride, encoder.encodeVertexBufferLevel(encode(), count, stride, 2, 1));

const indexed = [
  (i) => (i < 3 ? i : i % 3 == 2 ? Math.floor(i / 3) + 2 : Math.floor(i / 3) + (i % 3)),
  (i) => i / 3 + random() * 6,
  (i) => random() * 300,
  (i) => (i % 75) / 3 + random() * 2,
];
for (const [number, index] of indexed.entries())
  for (const stride of [2, 4]) {
    const kind = stride == 2 ? Uint16Array : Uint32Array;
    const indices = kind.from({ length: 150 }, (_, i) => index(i) + (stride == 4 && number == 2 ? 1e6 : 0));
    add("TRIANGLES", "NONE", 150, stride, encoder.encodeIndexBuffer(bytes(indices), 150, stride));
    add("INDICES", "NONE", 150, stride, encoder.encodeIndexSequence(bytes(indices), 150, stride));
  }
// Two meshes after each other, the second beginning with 0 again.
const twice = Uint32Array.from({ length: 120 }, (_, i) => [0, 1, 2, 2, 1, 3][i % 6] + 2 * Math.floor((i % 60) / 6));
add("TRIANGLES", "NONE", 120, 4, encoder.encodeIndexBuffer(bytes(twice), 120, 4));

fs.writeFileSync(process.argv[3], "[\n" + made.map((one) => JSON.stringify(one)).join(",\n") + "\n]\n");
