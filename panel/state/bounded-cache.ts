/** Values up to a total size; those not asked for longest go first. The one put in last always stays. */
export class BoundedCache<Value> {
	readonly #limit: number;
	readonly #sizeOf: (value: Value) => number;
	/** In the order of use, the oldest first. */
	readonly #values = new Map<string, Value>();
	#size = 0;

	constructor(limit: number, sizeOf: (value: Value) => number) {
		this.#limit = limit;
		this.#sizeOf = sizeOf;
	}

	get(key: string): Value | undefined {
		const value = this.#values.get(key);
		if (value === undefined) return undefined;
		this.#values.delete(key);
		this.#values.set(key, value);
		return value;
	}

	set(key: string, value: Value): void {
		this.delete(key);
		this.#values.set(key, value);
		this.#size += this.#sizeOf(value);
		for (const oldest of this.#values.keys()) {
			if (this.#size <= this.#limit || oldest === key) break;
			this.delete(oldest);
		}
	}

	delete(key: string): void {
		const value = this.#values.get(key);
		if (value === undefined) return;
		this.#values.delete(key);
		this.#size -= this.#sizeOf(value);
	}

	get size(): number {
		return this.#size;
	}
}
