import type { Seconds } from '../time/time.js';

/** No sample leaves a limiter above this: -1 dBFS, which leaves lossy codecs the room that they take. */
export const CEILING = 10 ** (-1 / 20);

/** So early the gain begins to go down before a peak, and so long it takes to come most of the way back. */
const LOOK_AHEAD: Seconds = 0.005;
const RELEASE: Seconds = 0.1;

/**
 * A limiter that looks ahead, for sounds added up: what stays below the ceiling passes as it is, later by `latency` samples;
 * what would go above it is turned down on all channels alike, in a straight line before the peak and slowly back after it.
 * How the sound is divided into blocks makes no difference.
 *
 * The gain is the mean, over the look-ahead, of the least gain that any sample of the look-ahead needs (with its release):
 * every one of those includes the sample that it is applied to, so none is too high.
 */
export class Limiter {
	/** By how many samples sound comes out later. */
	readonly latency: number;
	readonly #length: number;
	readonly #decay: number;
	readonly #delayed: readonly Float32Array[];
	/** Gains that the latest samples need, and a queue of those that may still be the least, by number of sample. */
	readonly #needed: Float64Array;
	readonly #queue: Float64Array;
	#front = 0;
	#back = 0;
	/** Gains of the latest samples before their mean is taken. */
	readonly #held: Float64Array;
	#sum: number;
	#last = 1;
	#at = 0;

	constructor(sampleRate: number, channels: number) {
		this.#length = Math.max(1, Math.round(LOOK_AHEAD * sampleRate));
		this.latency = this.#length - 1;
		this.#decay = Math.exp(-1 / (RELEASE * sampleRate));
		this.#delayed = Array.from({ length: channels }, () => new Float32Array(this.#length));
		this.#needed = new Float64Array(this.#length).fill(1);
		this.#queue = new Float64Array(this.#length + 1);
		this.#held = new Float64Array(this.#length).fill(1);
		this.#sum = this.#length;
	}

	/** @param block - one array a channel, all of one length; changed in place */
	process(block: readonly Float32Array[]): void {
		const samples = block[0]?.length ?? 0;
		for (let k = 0; k < samples; k++) {
			const slot = this.#at % this.#length;
			const gain = this.#gainAfter(peakAt(block, k), slot);
			// The oldest sample, which the next one's slot still holds, is the one that comes out.
			const oldest = (slot + 1) % this.#length;
			// Nothing is allocated here: this runs in a browser's audio thread.
			for (let c = 0; c < block.length; c++) {
				const delayed = this.#delayed[c]!;
				delayed[slot] = block[c]![k]!;
				block[c]![k] = delayed[oldest]! * gain;
			}
			this.#at++;
		}
	}

	#gainAfter(peak: number, slot: number): number {
		const least = this.#least(peak > CEILING ? CEILING / peak : 1, slot);
		this.#last = Math.min(least, 1 - (1 - this.#last) * this.#decay);
		// So close to one that nothing is left to release: then quiet sound passes bit by bit.
		if (this.#last > RELEASED) this.#last = Math.min(least, 1);
		this.#sum += this.#last - this.#held[slot]!;
		this.#held[slot] = this.#last;
		// Once a round the sum is taken anew, so that rounding never adds up.
		if (slot === 0) this.#sum = this.#held.reduce((sum, value) => sum + value, 0);
		return this.#sum / this.#length;
	}

	/** The least gain that one of the look-ahead's samples needs: a queue whose gains grow from front to back. */
	#least(needed: number, slot: number): number {
		const [queue, size] = [this.#queue, this.#queue.length];
		this.#needed[slot] = needed;
		if (this.#front !== this.#back && queue[this.#front]! <= this.#at - this.#length)
			this.#front = (this.#front + 1) % size;
		while (this.#front !== this.#back) {
			const last = (this.#back + size - 1) % size;
			if (this.#needed[queue[last]! % this.#length]! < needed) break;
			this.#back = last;
		}
		queue[this.#back] = this.#at;
		this.#back = (this.#back + 1) % size;
		return this.#needed[queue[this.#front]! % this.#length]!;
	}
}

const RELEASED = 1 - 1e-6;

const peakAt = (block: readonly Float32Array[], k: number): number => {
	let peak = 0;
	for (let c = 0; c < block.length; c++) peak = Math.max(peak, Math.abs(block[c]![k]!));
	return peak;
};
