/**
 * An object of Premiere's of which only some members are modelled. Those given are checked against the official types;
 * reading any other one fails, as it would for a member that Premiere does not have.
 *
 * @param absent - members of later versions: not there, and known not to be
 */
export const model = <Type extends object>(
	name: string,
	members: Partial<Type>,
	absent: readonly (keyof Type)[] = [],
): Type =>
	new Proxy(members, {
		get: (target, key) => {
			if (key in target) return Reflect.get(target, key);
			if (absent.some(member => member === key)) return undefined;
			// Awaiting a value, printing it and comparing it ask for these.
			if (typeof key === 'symbol' || ['then', 'toJSON', 'asymmetricMatch', '$$typeof', 'nodeType'].includes(key)) {
				return undefined;
			}
			throw new Error(`${name}.${key} is not modelled`);
		},
	}) as Type;

/** Small, seeded and good enough to shuffle delays and numbers (mulberry32). */
export const seeded = (seed: number): (() => number) => {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
};
