/**
 * How fast work on many files goes. Gentle work is done one file at a time, with a rest after each that lasts as long as
 * the work did, so that a program beside it has the processor to itself half of the time.
 */
export class Pace {
	private gentle = false;
	private last: Promise<unknown> = Promise.resolve();
	private wake: () => void = () => {};

	get isGentle(): boolean {
		return this.gentle;
	}

	/** Holds for work that is begun from now on; a rest under way ends where it no longer is needed. */
	setGentle(gentle: boolean): void {
		this.gentle = gentle;
		if (!gentle) this.wake();
	}

	/** Does work on one file; the rest after it is nobody's to wait for but the next work's. */
	readonly ease = async <Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> => {
		if (!this.gentle) return work();
		const before = this.last;
		let pass: () => void = () => {};
		this.last = new Promise<void>(resolve => {
			pass = resolve;
		});
		await before;
		const begun = performance.now();
		try {
			return await work();
		} finally {
			void this.rest(performance.now() - begun, signal).then(pass);
		}
	};

	private rest(milliseconds: number, signal?: AbortSignal): Promise<void> {
		if (!this.gentle || signal?.aborted) return Promise.resolve();
		return new Promise(resolve => {
			const end = (): void => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', end);
				resolve();
			};
			const timer = setTimeout(end, milliseconds);
			this.wake = end;
			signal?.addEventListener('abort', end);
		});
	}
}
