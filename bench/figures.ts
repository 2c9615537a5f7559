/** One measured number with its spread. */
export type Figure = {
	readonly name: string;
	readonly unit: string;
	readonly median: number;
	readonly min: number;
	readonly max: number;
	readonly runs: number;
};

/**
 * A bench file exports these two. Figures of one run belong together: a peer is measured in the same run, so that ratios
 * mean something on any machine.
 */
export type Bench = {
	readonly name: string;
	readonly run: (options: BenchOptions) => Promise<Figure[]>;
};

export type BenchOptions = {
	/** What follows the bench's name on the command line, without --json. */
	readonly arguments: readonly string[];
	/** Says what is being measured, for somebody who waits. */
	readonly say: (text: string) => void;
};

/** @param values - one of each run, at least one */
export const figure = (name: string, unit: string, values: readonly number[]): Figure => {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
	return { name, unit, median, min: sorted[0]!, max: sorted.at(-1)!, runs: values.length };
};

/** Milliseconds of each of `runs` calls, after `warmUps` more that are not counted. */
export const timed = async (work: () => unknown, runs: number, warmUps = 1): Promise<number[]> => {
	const times: number[] = [];
	for (let run = -warmUps; run < runs; run++) {
		const start = performance.now();
		await work();
		if (run >= 0) times.push(performance.now() - start);
	}
	return times;
};
