import { EngineError } from '../protocol/errors.js';
import type { CatalogState } from '../protocol/messages.js';

/** How far one pass over all folders is. */
export type IndexProgress = {
	readonly done: number;
	readonly total: number;
	/** Files that are being analysed now. */
	readonly current: readonly string[];
};

/** One pass over all folders; rejects with an EngineError, with 'cancelled' once `signal` has aborted. */
export type IndexPass = (onProgress: (progress: IndexProgress) => void, signal: AbortSignal) => Promise<void>;

const NOTHING_YET: IndexProgress = { done: 0, total: 0, current: [] };

/** Milliseconds over which the rate is measured. */
const RATE_WINDOW = 60_000;

/**
 * Keeps the catalogue in step with its folders, one pass at a time, behind whatever else the engine does. A pass goes on
 * from what an earlier one finished, so stopping and starting again costs only the tracks in flight.
 */
export class Indexer {
	private progress: IndexProgress | null = null;
	private marks: { at: number; done: number }[] = [];
	private failure: EngineError | null = null;
	private controller: AbortController | null = null;
	private running: Promise<void> = Promise.resolve();
	private paused = false;

	constructor(
		private readonly pass: IndexPass,
		/** Called after every change of what this says. */
		private readonly changed: () => void,
		private readonly now: () => number = () => performance.now(),
	) {}

	/** Begins a pass; one that is under way ends first. Does nothing while paused. */
	restart(): void {
		this.abort();
		this.failure = null;
		if (this.paused) return;
		const controller = new AbortController();
		this.controller = controller;
		this.progress = NOTHING_YET;
		this.marks = [];
		this.running = this.running.then(() => this.run(controller));
		this.changed();
	}

	/**
	 * Does what must not happen during a pass, between two of them: the one under way ends, and another begins afterwards.
	 *
	 * @param then - 'restart' begins a pass even where none was under way
	 */
	async between<Result>(then: 'restart' | 'resume', work: () => Result): Promise<Result> {
		const again = then === 'restart' || this.controller !== null;
		this.abort();
		// Whoever looks on is not to think that the work is over.
		if (again && !this.paused) this.progress = NOTHING_YET;
		const done = this.running.then(work);
		this.running = done.then(
			() => {},
			() => {},
		);
		try {
			return await done;
		} finally {
			if (again) this.restart();
			this.changed();
		}
	}

	setPaused(paused: boolean): void {
		if (paused === this.paused) return;
		this.paused = paused;
		if (paused) this.abort();
		else this.restart();
		this.changed();
	}

	get isPaused(): boolean {
		return this.paused;
	}

	/** Why the last pass ended before it was done. */
	get problem(): { code: EngineError['code']; detail: string } | undefined {
		return this.failure === null ? undefined : { code: this.failure.code, detail: this.failure.message };
	}

	get view(): CatalogState['indexing'] {
		if (this.progress === null) return null;
		const { done, total, current } = this.progress;
		const perMinute = this.perMinute();
		const secondsLeft = perMinute === null ? null : (60 * (total - done)) / perMinute;
		return { done, total, perMinute, secondsLeft, current: [...current] };
	}

	/** Ends the pass under way and resolves when it has ended. */
	async stop(): Promise<void> {
		this.paused = true;
		this.abort();
		await this.running;
	}

	private abort(): void {
		this.controller?.abort();
		this.controller = null;
		this.progress = null;
	}

	private async run(controller: AbortController): Promise<void> {
		if (controller.signal.aborted) return;
		try {
			await this.pass(progress => {
				if (this.controller === controller) this.advance(progress);
			}, controller.signal);
		} catch (error) {
			if (!controller.signal.aborted) this.failure = asFailure(error);
		}
		if (this.controller !== controller) return;
		this.controller = null;
		this.progress = null;
		this.changed();
	}

	private advance(progress: IndexProgress): void {
		this.progress = progress;
		const at = this.now();
		const last = this.marks.at(-1);
		if (last === undefined || progress.done > last.done) this.marks.push({ at, done: progress.done });
		// One mark from before the window stays, so that slow work has a rate too.
		while (this.marks.length > 2 && at - this.marks[1]!.at > RATE_WINDOW) this.marks.shift();
		this.changed();
	}

	private perMinute(): number | null {
		const [first, last] = [this.marks[0], this.marks.at(-1)];
		if (first === undefined || last === undefined || last.done === first.done) return null;
		return ((last.done - first.done) / (last.at - first.at)) * 60_000;
	}
}

const asFailure = (cause: unknown): EngineError =>
	cause instanceof EngineError ? cause : new EngineError('internal', 'Indexing stopped.', { cause });
