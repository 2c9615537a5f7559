import type { Suggestion } from '../../engine/protocol/messages.js';
import { BoundedCache } from '../state/bounded-cache.js';

/** Samples of a crop, ready to play, and their largest value. */
export type Sound<Buffer> = { readonly buffer: Buffer; readonly peak: number; readonly bytes: number };

/**
 * Fetches a track and makes what is heard of it: as long as the range, beginning with it. Rejects where that fails, or when
 * `signal` aborts.
 */
export type Decode<Buffer> = (heard: Heard, signal: AbortSignal) => Promise<Sound<Buffer>>;

/** What of a suggestion decides how it sounds. */
export type Heard = Pick<Suggestion, 'track' | 'range' | 'plan'>;

/** What names the sound of a suggestion. */
export const soundKey = ({ track, range, plan }: Heard): string =>
	`${track.id} ${range.end - range.start} ${JSON.stringify(plan.pieces)}`;

/** Decoded crops kept, in bytes: about ten minutes of stereo. */
const LIMIT = 256 * 2 ** 20;

/**
 * The decoded sounds of candidates: each is fetched and decoded once, one after the other, so that a shortlist doesn't
 * decode twelve songs at the same time. What was asked for last comes first.
 */
export class Sounds<Buffer> {
	readonly #decode: Decode<Buffer>;
	readonly #kept: BoundedCache<Sound<Buffer>>;
	readonly #jobs = new Map<string, Job<Buffer>>();
	#current: { readonly key: string; readonly stop: AbortController } | null = null;

	constructor(decode: Decode<Buffer>, limit = LIMIT) {
		this.#decode = decode;
		this.#kept = new BoundedCache(limit, ({ bytes }) => bytes);
	}

	/** What can be played at once; null where it must be loaded first. */
	ready(suggestion: Suggestion): Sound<Buffer> | null {
		return this.#kept.get(soundKey(suggestion)) ?? null;
	}

	/** Loads ahead of everything else that waits. */
	async load(suggestion: Suggestion): Promise<Sound<Buffer>> {
		const key = soundKey(suggestion);
		const kept = this.#kept.get(key);
		if (kept !== undefined) return kept;
		const job = this.#jobs.get(key) ?? newJob<Buffer>(suggestion);
		// Deleted first, so that it becomes the youngest.
		this.#jobs.delete(key);
		this.#jobs.set(key, job);
		this.#work();
		return job.promise;
	}

	/** Loads these before long, the first one first; drops what was waiting and isn't among them. */
	preload(suggestions: readonly Suggestion[]): void {
		const wanted = new Set(suggestions.map(soundKey));
		for (const key of [...this.#jobs.keys()]) {
			if (wanted.has(key)) continue;
			if (key === this.#current?.key) this.#current.stop.abort();
			this.#jobs.get(key)?.reject(new DOMException('no longer wanted', 'AbortError'));
			this.#jobs.delete(key);
		}
		for (const suggestion of [...suggestions].reverse()) {
			// Nobody waits for these: what fails is told when somebody does.
			this.load(suggestion).catch(() => undefined);
		}
	}

	#work(): void {
		if (this.#current !== null) return;
		const next = [...this.#jobs].at(-1);
		if (next === undefined) return;
		const [key, job] = next;
		const stop = new AbortController();
		this.#current = { key, stop };
		void this.#decode(job.suggestion, stop.signal)
			.then(
				sound => {
					this.#kept.set(key, sound);
					job.resolve(sound);
				},
				(error: unknown) => job.reject(error),
			)
			.finally(() => {
				// Where it was dropped and is wanted again, another job waits under its key.
				if (this.#jobs.get(key) === job) this.#jobs.delete(key);
				this.#current = null;
				this.#work();
			});
	}
}

type Job<Buffer> = {
	readonly suggestion: Suggestion;
	readonly promise: Promise<Sound<Buffer>>;
	readonly resolve: (sound: Sound<Buffer>) => void;
	readonly reject: (error: unknown) => void;
};

const newJob = <Buffer>(suggestion: Suggestion): Job<Buffer> => {
	let resolve: Job<Buffer>['resolve'] = () => {};
	let reject: Job<Buffer>['reject'] = () => {};
	const promise = new Promise<Sound<Buffer>>((done, failed) => {
		resolve = done;
		reject = failed;
	});
	return { suggestion, promise, resolve, reject };
};
