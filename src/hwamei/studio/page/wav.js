// Sound as bytes and back.

const HEADER_BYTES = 44;

/** A WAV file of 16 bits: Float32 samples, −1..1, mono, in pieces. */
export function wavOf(pieces, sampleRateHz) {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const samples = new Int16Array(length);
  let at = 0;
  for (const piece of pieces) {
    for (const value of piece) samples[at++] = Math.max(-1, Math.min(1, value)) * 32767;
  }
  return withHeader(samples, sampleRateHz);
}

/** A WAV file of bare 16-bit samples (little-endian, mono), as the format pcm has them. */
export function withHeader(samples, sampleRateHz) {
  const sizeBytes = samples.byteLength;
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const text = (at, said) => [...said].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, sizeBytes + HEADER_BYTES - 8, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, sampleRateHz, true);
  header.setUint32(28, sampleRateHz * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, sizeBytes, true);
  return new Blob([header.buffer, samples], { type: "audio/wav" });
}

/** The loudest of each stretch, 0..1: Float32 [stretches]. */
export function peaksOf(samples, stretches) {
  const peaks = new Float32Array(stretches);
  const step = samples.length / stretches;
  for (let index = 0; index < stretches; index++) {
    const end = Math.min(samples.length, Math.ceil((index + 1) * step));
    for (let at = Math.floor(index * step); at < end; at++)
      peaks[index] = Math.max(peaks[index], Math.abs(samples[at]));
  }
  return peaks;
}

/** The samples of a sound file that a browser can read, mono: Float32. */
export async function samplesOf(buffer) {
  const context = new OfflineAudioContext(1, 1, 24000);
  const decoded = await context.decodeAudioData(buffer);
  return decoded.getChannelData(0);
}
