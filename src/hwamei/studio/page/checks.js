// What can be told of a recording while it is made. The server listens more closely; this saves a second try.

const LEAST_SPEECH_S = 3; // the server takes no less
const GOOD_SPEECH_S = 20;
const QUIET_DBFS = -42;
const CLIPPED = 0.985;
const MOST_CLIPPED_SHARE = 0.001;
const NOISY_DB = 15; // speech above what is between it
const WORST_NOISE_DB = 8;
const ABOVE_NOISE_DB = 10;
const FLOOR_DBFS = -90;

/** Measures pieces of sound as they come. */
export class Checks {
  constructor(sampleRateHz) {
    this.sampleRateHz = sampleRateHz;
    this.levels = []; // of each piece: [dBFS, seconds]
    this.samples = 0;
    this.clipped = 0;
  }

  /** Take one piece in; its level in dBFS. */
  hear(piece) {
    let power = 0;
    for (const value of piece) {
      power += value * value;
      if (Math.abs(value) >= CLIPPED) this.clipped += 1;
    }
    const level = Math.max(FLOOR_DBFS, 10 * Math.log10(power / piece.length + 1e-12));
    this.levels.push([level, piece.length / this.sampleRateHz]);
    this.samples += piece.length;
    return level;
  }

  /** How long, in seconds. */
  get lengthS() {
    return this.samples / this.sampleRateHz;
  }

  /** What is found: [name, good | warn | bad, figures]. */
  found() {
    const sorted = this.levels.map(([level]) => level).sort((one, other) => one - other);
    const noise = sorted[Math.floor(sorted.length * 0.1)] ?? FLOOR_DBFS;
    const top = sorted[Math.floor(sorted.length * 0.9)] ?? FLOOR_DBFS;
    const border = Math.max(noise + ABOVE_NOISE_DB, top - 25);
    const speech = this.levels.filter(([level]) => level >= border && level > QUIET_DBFS - 12);
    const speechS = speech.reduce((sum, [, seconds]) => sum + seconds, 0);
    const clippedShare = this.samples ? this.clipped / this.samples : 0;
    return [
      [
        "length",
        speechS < LEAST_SPEECH_S ? "bad" : speechS < GOOD_SPEECH_S ? "warn" : "good",
        { seconds: Math.round(speechS), wanted: GOOD_SPEECH_S },
      ],
      [
        "loudness",
        clippedShare > MOST_CLIPPED_SHARE ? "bad" : top < QUIET_DBFS ? "bad" : top < QUIET_DBFS + 8 ? "warn" : "good",
        { loud: clippedShare > MOST_CLIPPED_SHARE },
      ],
      ["noise", top - noise < WORST_NOISE_DB ? "bad" : top - noise < NOISY_DB ? "warn" : "good", {}],
    ];
  }
}
