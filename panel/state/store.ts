/** A state that changes only by events, and those who watch it. */
export class Store<State, Event> {
	readonly #reduce: (state: State, event: Event) => State;
	readonly #listeners = new Set<() => void>();
	#state: State;

	constructor(reduce: (state: State, event: Event) => State, initial: State) {
		this.#reduce = reduce;
		this.#state = initial;
	}

	get state(): State {
		return this.#state;
	}

	readonly dispatch = (event: Event): void => {
		const before = this.#state;
		this.#state = this.#reduce(before, event);
		if (this.#state !== before) for (const listener of this.#listeners) listener();
	};

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};
}
