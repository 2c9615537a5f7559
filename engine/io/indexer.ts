import type { Awaitable } from '../jobs/catalog.js';
import type { IndexState } from '../jobs/index-folder.js';
import { EngineError } from '../protocol/errors.js';
import type { CatalogState } from '../protocol/messages.js';

/**
 * One pass over all folders; rejects with an EngineError, with 'cancelled' once `signal` has aborted.
 *
 * @param turn - resolves when another file may be begun
 */
export type IndexPass = (
	onState: (state: IndexState) => void,
	turn: () => Promise<void>,
	signal: AbortSignal,
) => Promise<unknown>;

/**
 * Keeps the catalogue in step with its folders, one pass at a time, behind whatever else the engine does. A pass goes on
 * from what an earlier one finished, so stopping and starting again costs only the tracks in flight.
 */
export class Indexer {
	/** Of the pass under way; null while there is none. */
	private state: IndexState | null = null;
	private failure: EngineError | null = null;
	private controller: AbortController | null = null;
	private running: Promise<void> = Promise.resolve();
	/** Ends the pause, while there is one. */
	private resume: (() => void) | null = null;
	private turn: Promise<void> = Promise.resolve();

	constructor(
		private readonly pass: IndexPass,
		/** Called after every change of what this says. */
		private readonly changed: () => void,
	) {}

	/** Begins a pass; one that is under way ends first. */
	restart(): void {
		this.controller?.abort();
		this.failure = null;
		const controller = new AbortController();
		this.controller = controller;
		this.state = NOTHING_YET;
		this.running = this.running.then(() => this.run(controller));
		this.changed();
	}

	/**
	 * Does what must not happen during a pass, between two of them: the one under way ends, and another begins afterwards.
	 *
	 * @param then - 'restart' begins a pass even where none was under way
	 */
	async between<Result>(then: 'restart' | 'resume', work: () => Awaitable<Result>): Promise<Result> {
		const again = then === 'restart' || this.controller !== null;
		this.controller?.abort();
		this.controller = null;
		// Whoever looks on is not to think that the work is over.
		this.state = again ? NOTHING_YET : null;
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

	/** While paused, files under way are finished and no other is begun. */
	setPaused(paused: boolean): void {
		if (paused === this.isPaused) return;
		if (paused) {
			this.turn = new Promise(resolve => {
				this.resume = resolve;
			});
		} else {
			this.resume?.();
			this.resume = null;
			this.turn = Promise.resolve();
		}
		this.changed();
	}

	get isPaused(): boolean {
		return this.resume !== null;
	}

	/** Why the last pass ended before it was done. */
	get problem(): CatalogState['problem'] {
		return this.failure === null ? undefined : { code: this.failure.code, detail: this.failure.message };
	}

	get view(): CatalogState['indexing'] {
		if (this.state === null) return null;
		if (this.state.state === 'scanning') {
			return { done: 0, total: 0, perMinute: null, secondsLeft: null, renewed: 0, current: [] };
		}
		if (this.state.state === 'embedding') {
			const { done, total } = this.state;
			const embedding = { done, total };
			return { done: 0, total: 0, perMinute: null, secondsLeft: null, renewed: 0, current: [], embedding };
		}
		const { done, total, perMinute, secondsLeft, renewed, current } = this.state;
		return { done, total, perMinute, secondsLeft, renewed, current: [...current] };
	}

	/** Ends the pass under way and resolves when it has ended. */
	async stop(): Promise<void> {
		this.controller?.abort();
		this.controller = null;
		this.state = null;
		this.setPaused(false);
		await this.running;
	}

	private async run(controller: AbortController): Promise<void> {
		if (controller.signal.aborted) return;
		const onState = (state: IndexState): void => {
			if (this.controller !== controller) return;
			this.state = state;
			this.changed();
		};
		try {
			await this.pass(onState, () => this.turn, controller.signal);
		} catch (error) {
			if (!controller.signal.aborted) this.failure = asFailure(error);
		}
		if (this.controller !== controller) return;
		this.controller = null;
		this.state = null;
		this.changed();
	}
}

const NOTHING_YET: IndexState = {
	state: 'indexing',
	done: 0,
	total: 0,
	perMinute: null,
	secondsLeft: null,
	renewed: 0,
	current: [],
};

const asFailure = (cause: unknown): EngineError =>
	cause instanceof EngineError ? cause : new EngineError('internal', 'Indexing stopped.', { cause });
