import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers. One seed gives one stream, on every machine. */
export type Random = {
	/** Uniform in [0, 1). */
	readonly uniform: () => number;
	/** Uniform in [low, high). */
	readonly between: (low: number, high: number) => number;
	/** A whole number, uniform in [0, count). */
	readonly index: (count: number) => number;
	/** Standard normal (Box and Muller 1958). */
	readonly normal: () => number;
	/** One of some values, at least one. */
	readonly pick: <Value>(values: readonly Value[]) => Value;
};

/** @param seed - parts of it in order: streams whose parts differ in any place are unrelated */
export const seededRandom = (...seed: readonly number[]): Random => {
	const source = xoroshiro128plus(seed.reduce(mixed, 0x9e3779b9));
	const uniform = () => uniformFloat64(source);
	const index = (count: number) => uniformInt(source, 0, count - 1);
	return {
		uniform,
		between: (low, high) => low + (high - low) * uniform(),
		index,
		normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
		pick: values => values[index(values.length)]!,
	};
};

/** Every bit of either number may change every bit of the result (the finaliser of MurmurHash3, Appleby 2011). */
const mixed = (state: number, part: number): number => {
	let hash = Math.imul(state ^ Math.trunc(part), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) | 0;
};
