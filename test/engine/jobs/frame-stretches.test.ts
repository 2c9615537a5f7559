import { expect, test } from 'vitest';
import { createStretches, type FrameStretch, STRIDE } from '../../../engine/jobs/frame-stretches.js';

const FRAME = 3;

/** A network that looks at windows of 100 frames every 50 and keeps the middle, as TransNet V2 does, on numbered frames. */
const windowed = (frames: Uint8Array): string[] => {
	const count = frames.length / FRAME;
	const number = (frame: number) => {
		const at = Math.min(Math.max(frame, 0), count - 1) * FRAME;
		return frames[at]! * 65_536 + frames[at + 1]! * 256 + frames[at + 2]!;
	};
	return Array.from({ length: count }, (_, frame) => {
		const start = Math.floor(frame / STRIDE) * STRIDE - STRIDE / 2;
		const window = Array.from({ length: 2 * STRIDE }, (_, i) => number(start + i));
		return `${frame - start}: ${window.join()}`;
	});
};

const numbered = (count: number): Uint8Array =>
	Uint8Array.from({ length: count * FRAME }, (_, i) => Math.floor(i / FRAME) >> (8 * (2 - (i % FRAME))));

test.each([1, 49, 50, 51, 1999, 2000, 2049, 2050, 2100, 2101, 4000, 4321])(
	'%i frames in stretches give what they give at once',
	async count => {
		const frames = numbered(count);
		const found: string[] = [];
		const stretches: FrameStretch[] = [];
		const { push, finish } = createStretches(FRAME, async stretch => {
			stretches.push(stretch);
			found.push(...windowed(stretch.frames).slice(stretch.front, stretch.front + stretch.decided));
		});
		for (let at = 0; at < frames.length; ) {
			const length = FRAME * (1 + ((at * 7919) % 733));
			await push(frames.subarray(at, at + length));
			at += length;
		}
		await finish();
		expect(found).toEqual(windowed(frames));
		expect(Math.max(...stretches.map(({ frames: held }) => held.length / FRAME))).toBeLessThanOrEqual(2100);
	},
);
