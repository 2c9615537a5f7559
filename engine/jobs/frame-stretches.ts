/**
 * Cuts a stream of frames into stretches that a windowed network can be run on one by one, with the same outcome as on all
 * frames at once. A stretch carries a margin of real frames on either side; what is found in a margin is thrown away.
 *
 * The network's windows start every `stride` frames, so stretches and margins are whole strides long: then a stretch's
 * windows are the same as those of the whole.
 */
export const STRIDE = 50;
const MARGIN = STRIDE;
/** Frames that a stretch decides: 40 strides are 80 s of film and 8 MB. */
const LENGTH = 40 * STRIDE;

export type FrameStretch = {
	/** Frames with their margins, one after the other. */
	readonly frames: Uint8Array;
	/** How many frames at the front and in the middle; what follows is margin again. */
	readonly front: number;
	readonly decided: number;
};

/** Takes frames in order, in runs of any length, and calls back with each stretch as soon as it is complete. */
export const createStretches = (
	frameBytes: number,
	onStretch: (stretch: FrameStretch) => Promise<void>,
): { push: (run: Uint8Array) => Promise<void>; finish: () => Promise<void> } => {
	let buffer = new Uint8Array((LENGTH + 2 * MARGIN) * frameBytes);
	let held = 0;
	let front = 0;

	const emit = async (decided: number) => {
		await onStretch({ frames: buffer.slice(0, held), front, decided });
		const keptFrom = front + decided - MARGIN;
		const kept = Math.max(0, keptFrom) * frameBytes;
		buffer.copyWithin(0, kept, held);
		held -= kept;
		front = Math.min(MARGIN, front + decided);
	};
	const push = async (run: Uint8Array) => {
		let taken = 0;
		while (taken < run.length) {
			const part = run.subarray(taken, taken + buffer.length - held);
			buffer.set(part, held);
			held += part.length;
			taken += part.length;
			if (held === buffer.length) await emit(LENGTH);
		}
	};
	const finish = async () => {
		const rest = held / frameBytes - front;
		if (rest > 0) await onStretch({ frames: buffer.slice(0, held), front, decided: rest });
		buffer = new Uint8Array(0);
	};
	return { push, finish };
};
