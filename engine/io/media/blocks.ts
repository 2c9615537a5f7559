import type { Readable } from 'node:stream';

/**
 * A stream of bytes in blocks of equal size, each with a buffer of its own. The last is shorter where the stream ends
 * inside a unit's block; a torn unit at the end is left out.
 *
 * @param unit - bytes that belong together: one sample, one picture
 * @param unitsPerBlock - how many of them make a block
 */
export async function* blocksOf(stream: Readable, unit: number, unitsPerBlock: number): AsyncGenerator<Uint8Array> {
	const size = unit * unitsPerBlock;
	let block = new Uint8Array(size);
	let filled = 0;
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		for (let taken = 0; taken < chunk.length; ) {
			const count = Math.min(size - filled, chunk.length - taken);
			block.set(chunk.subarray(taken, taken + count), filled);
			filled += count;
			taken += count;
			if (filled === size) {
				yield block;
				block = new Uint8Array(size);
				filled = 0;
			}
		}
	}
	const whole = filled - (filled % unit);
	if (whole > 0) yield block.subarray(0, whole);
}

/**
 * Everything that several sources yield, each source in its own order, whichever is ready first. At most one item of
 * each source waits here, so a slow consumer slows the sources down.
 */
export async function* interleaved<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
	const waiting = new Map<AsyncGenerator<T>, Promise<{ source: AsyncGenerator<T>; next: IteratorResult<T> }>>();
	const advance = (source: AsyncGenerator<T>) => {
		const step = source.next().then(next => ({ source, next }));
		// A consumer that leaves early also leaves the failures of the sources that it no longer reads.
		step.catch(() => {});
		waiting.set(source, step);
	};
	for (const source of sources) advance(source);

	while (waiting.size > 0) {
		const { source, next } = await Promise.race(waiting.values());
		if (next.done) {
			waiting.delete(source);
			continue;
		}
		advance(source);
		yield next.value;
	}
}
