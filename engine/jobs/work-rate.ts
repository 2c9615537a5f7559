import type { Seconds } from '../time/time.js';

/** Milliseconds of work over which the rate is measured. */
const WINDOW = 60_000;

/**
 * How fast work goes and how long the rest will take, by what the last minute of work brought. Time in which the clock was
 * stopped is no work. Pieces weigh by what they are expected to cost, since files differ more than a hundredfold.
 */
export class WorkRate {
	#worked = 0;
	#since: number | null;
	#finished: { at: number; weight: number }[] = [];

	/** @param now - milliseconds of a clock that never goes back */
	constructor(readonly now: () => number) {
		this.#since = now();
	}

	stop(): void {
		this.#worked = this.#time();
		this.#since = null;
	}

	go(): void {
		this.#since ??= this.now();
	}

	finish(weight: number): void {
		this.#finished.push({ at: this.#time(), weight });
	}

	/** Pieces a minute; null until one is finished. */
	get perMinute(): number | null {
		const recent = this.#recent();
		return recent.length === 0 ? null : (recent.length * 60_000) / this.#span();
	}

	/** @param weight - of all that is left */
	secondsLeft(weight: number): Seconds | null {
		const done = this.#recent().reduce((sum, piece) => sum + piece.weight, 0);
		return done === 0 ? null : (weight * this.#span()) / done / 1000;
	}

	#recent(): readonly { at: number; weight: number }[] {
		const from = this.#time() - WINDOW;
		const first = this.#finished.findIndex(({ at }) => at > from);
		// Slow work may finish nothing for a minute: its last piece then stands for the whole time.
		this.#finished = this.#finished.slice(first === -1 ? -1 : first);
		return this.#finished;
	}

	/** Milliseconds of work that brought the recent pieces. */
	#span(): number {
		const time = this.#time();
		const oldest = this.#finished[0]?.at ?? time;
		return Math.max(1, Math.min(time, Math.max(WINDOW, time - oldest)));
	}

	#time(): number {
		return this.#worked + (this.#since === null ? 0 : this.now() - this.#since);
	}
}
