/**
 * Runs batches in order, the next one being prepared and queued while the present one runs, and no more than that: the
 * memory in flight is that of two batches however many there are.
 */
export const runBatches = async <Result>(
	count: number,
	run: (batch: number) => Promise<Result>,
	take: (result: Result, batch: number) => void,
): Promise<void> => {
	let present = count > 0 ? run(0) : null;
	for (let batch = 0; present !== null; batch++) {
		const next: Promise<Result> | null = batch + 1 < count ? run(batch + 1) : null;
		// Where the present batch fails nobody waits for the next one any more; its failure would end the process.
		next?.catch(() => undefined);
		take(await present, batch);
		present = next;
	}
};
