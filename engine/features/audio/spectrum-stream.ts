import type { SpectralKernel } from './kernel.js';
import { hann } from './stft.js';

const HOP = 512;
const SHORT = 2048;
const LONG = 4096;
const CAPACITY = 65_536;

/** One hop's look at the signal; the arrays are the kernel's and change with the next hop. */
export type SpectrumFrame = {
	readonly index: number;
	/** The 512 samples around the frame's centre, zeros beyond the ends. */
	readonly centre: Float32Array;
	/** Spectrum of 2048 samples. */
	readonly re: Float32Array;
	readonly im: Float32Array;
	readonly powers: Float32Array;
	/** Power spectrum of 4096 samples, at every other hop: those with an even index. */
	readonly longPowers: Float32Array | null;
};

/** Cuts a stream of samples into centred, overlapping frames every 512 samples; holds a few frames' samples at most. */
export interface SpectrumStream {
	push(samples: Float32Array): void;
	/** Emits the frames that reach past the end, and returns how many samples went in. */
	finish(): number;
}

export const spectrumStream = (kernel: SpectralKernel, emit: (frame: SpectrumFrame) => void): SpectrumStream => {
	// Sample `origin` + k lies at k. Half a long frame of silence goes before the first sample.
	const buffer = kernel.floats(CAPACITY);
	let origin = -LONG / 2;
	let received = 0;
	let index = 0;

	const short = kernel.transform(SHORT);
	const shortWindow = kernel.floats(SHORT);
	shortWindow.set(hann(SHORT));
	const [re, im] = [kernel.floats(SHORT / 2 + 1), kernel.floats(SHORT / 2 + 1)];
	const powers = kernel.floats(SHORT / 2 + 1);
	const long = kernel.transform(LONG);
	const longWindow = kernel.floats(LONG);
	longWindow.set(hann(LONG));
	const [longRe, longIm] = [kernel.floats(LONG / 2 + 1), kernel.floats(LONG / 2 + 1)];
	const longPowers = kernel.floats(LONG / 2 + 1);

	const emitUpTo = (end: number) => {
		for (; index * HOP + LONG / 2 <= end; index++) {
			const at = index * HOP - origin;
			short.forward(buffer.subarray(at - SHORT / 2, at + SHORT / 2), shortWindow, re, im);
			kernel.powers(re, im, powers);
			if (index % 2 === 0) {
				long.forward(buffer.subarray(at - LONG / 2, at + LONG / 2), longWindow, longRe, longIm);
				kernel.powers(longRe, longIm, longPowers);
			}
			const centre = buffer.subarray(at - HOP / 2, at + HOP / 2);
			emit({ index, centre, re, im, powers, longPowers: index % 2 === 0 ? longPowers : null });
		}
	};

	const append = (samples: Float32Array) => {
		if (received - origin + samples.length > CAPACITY) {
			const kept = index * HOP - LONG / 2 - origin;
			buffer.copyWithin(0, kept, received - origin);
			origin += kept;
		}
		buffer.set(samples, received - origin);
		received += samples.length;
	};

	return {
		push: samples => {
			for (let start = 0; start < samples.length; start += CAPACITY / 2) {
				append(samples.subarray(start, start + CAPACITY / 2));
				emitUpTo(received);
			}
		},
		finish: () => {
			const length = received;
			append(new Float32Array(LONG / 2));
			// Frames are centred on samples up to the end, which makes one more than whole hops.
			emitUpTo(Math.floor(length / HOP) * HOP + LONG / 2);
			return length;
		},
	};
};
