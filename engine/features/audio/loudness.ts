/** Gated blocks last 400 ms and start every 100 ms. */
const PARTS_PER_SECOND = 10;
const PARTS_PER_BLOCK = 4;

/** Blocks under this are silence, and blocks this far under the average of the rest do not count, in LUFS and LU. */
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/** Integrated loudness of samples that arrive in pieces. */
export interface LoudnessMeter {
	/** One array a channel, all of one length. */
	push(channels: readonly Float32Array[]): void;
	/** In LUFS; -Infinity where no block is above the gates. */
	integrated(): number;
}

/**
 * Integrated loudness by EBU R128 (2020; ITU-R BS.1770-4): K-weighting, mean square over 400 ms, two gates. Front
 * channels only: every channel weighs the same. The weighting is the standard's analogue prototype mapped to
 * `sampleRate`, so rates below 44,100 Hz miss what the highest frequencies add.
 */
export const loudnessMeter = (sampleRate: number, channels: number): LoudnessMeter => {
	const partLength = Math.round(sampleRate / PARTS_PER_SECOND);
	const filters = Array.from({ length: channels }, () => kWeighting(sampleRate));
	const parts: number[] = [];
	let filled = 0;

	return {
		push: pieces => {
			const length = pieces[0]?.length ?? 0;
			for (let start = 0; start < length; ) {
				const end = Math.min(length, start + partLength - filled);
				pieces.forEach((samples, channel) => {
					filters[channel]!.push(samples, start, end);
				});
				filled += end - start;
				start = end;
				if (filled === partLength) {
					parts.push(filters.reduce((sum, filter) => sum + filter.takeEnergy(), 0) / partLength);
					filled = 0;
				}
			}
		},
		integrated: () => gatedLoudness(parts),
	};
};

const gatedLoudness = (parts: readonly number[]): number => {
	const blocks: number[] = [];
	for (let k = 0; k + PARTS_PER_BLOCK <= parts.length; k++) {
		let power = 0;
		for (let part = k; part < k + PARTS_PER_BLOCK; part++) power += parts[part]! / PARTS_PER_BLOCK;
		if (loudness(power) > ABSOLUTE_GATE) blocks.push(power);
	}
	const threshold = loudness(mean(blocks)) + RELATIVE_GATE;
	return loudness(mean(blocks.filter(power => loudness(power) > threshold)));
};

const mean = (values: readonly number[]): number =>
	values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const loudness = (power: number): number => -0.691 + 10 * Math.log10(power);

/** Second-order section: b0 + b1/z + b2/z² over 1 + a1/z + a2/z². */
type Section = {
	readonly b0: number;
	readonly b1: number;
	readonly b2: number;
	readonly a1: number;
	readonly a2: number;
};

/** Both weighting filters in a row, and the energy of what has come out of them. */
const kWeighting = (sampleRate: number) => {
	const shelf = highShelf(sampleRate);
	const pass = highPass(sampleRate);
	// What each section (direct form II, transposed) carries on to the next sample; then the energy so far.
	const carried = new Float64Array(5);
	return {
		/** Samples start … end − 1. */
		push: (samples: Float32Array, start: number, end: number): void => {
			let s1 = carried[0]!;
			let s2 = carried[1]!;
			let p1 = carried[2]!;
			let p2 = carried[3]!;
			let energy = carried[4]!;
			for (let t = start; t < end; t++) {
				const x = samples[t]!;
				const y = shelf.b0 * x + s1;
				s1 = shelf.b1 * x - shelf.a1 * y + s2;
				s2 = shelf.b2 * x - shelf.a2 * y;
				const z = pass.b0 * y + p1;
				p1 = pass.b1 * y - pass.a1 * z + p2;
				p2 = pass.b2 * y - pass.a2 * z;
				energy += z * z;
			}
			carried.set([s1, s2, p1, p2, energy]);
		},
		/** The energy since the last call. */
		takeEnergy: (): number => {
			const energy = carried[4]!;
			carried[4] = 0;
			// In silence the filters fade for ever, through numbers so small that they take processors many times longer.
			if (energy < 1e-30) carried.fill(0);
			return energy;
		},
	};
};

/** The head's effect: 4 dB more above about 1.7 kHz. Constants reproduce BS.1770's table at 48 kHz. */
const highShelf = (sampleRate: number): Section => {
	const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
	const q = 0.7071752369554196;
	const high = 10 ** (3.999843853973347 / 20);
	const band = high ** 0.4996667741545416;
	const a0 = 1 + k / q + k * k;
	return {
		b0: (high + (band * k) / q + k * k) / a0,
		b1: (2 * (k * k - high)) / a0,
		b2: (high - (band * k) / q + k * k) / a0,
		a1: (2 * (k * k - 1)) / a0,
		a2: (1 - k / q + k * k) / a0,
	};
};

/** The revised low-frequency B curve: a high-pass at about 38 Hz. */
const highPass = (sampleRate: number): Section => {
	const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
	const q = 0.5003270373238773;
	const a0 = 1 + k / q + k * k;
	return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
};
