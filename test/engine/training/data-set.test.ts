import { describe, expect, test } from 'vitest';
import { zeros32 } from '../../../engine/numeric/matrix.js';
import {
	clipSegments,
	dataSetOf,
	type PairClip,
	SPLIT_SHARES,
	SPLITS,
	splitOf,
} from '../../../engine/training/data-set.js';

const INPUTS = { picture: { id: 'p', columns: 2 }, music: { id: 'm', columns: 3 } };

const clip = (id: string, group = id): PairClip => ({
	id,
	group,
	duration: 10,
	picture: {
		features: { rows: 10, cols: 2, data: Float32Array.from({ length: 20 }, (_, i) => i >> 1) },
		boundaries: { transnet: [2.5, 6] },
	},
	music: { features: zeros32(10, 3), boundaries: { olda: [4] } },
	shared: [2.5],
	speech: [{ start: 1, end: 5 }],
});

const idsOf = async (clips: AsyncIterable<PairClip>): Promise<string[]> => {
	const ids: string[] = [];
	for await (const { id } of clips) ids.push(id);
	return ids;
};

describe('splits', () => {
	test('get their shares of many groups with similar names', () => {
		const groups = Array.from({ length: 20_000 }, (_, k) => `film ${k}`);
		for (const split of SPLITS) {
			const share = groups.filter(group => splitOf(group) === split).length / groups.length;
			// Four standard deviations of a binomial share.
			const spread = 4 * Math.sqrt((SPLIT_SHARES[split] * (1 - SPLIT_SHARES[split])) / groups.length);
			expect(Math.abs(share - SPLIT_SHARES[split])).toBeLessThan(spread);
		}
	});

	test('hold every clip once, and never two clips of one group in different ones', async () => {
		const clips = Array.from({ length: 300 }, (_, k) => clip(`clip ${k}`, `group ${k % 40}`));
		const set = dataSetOf({ name: 'test', origin: 'simulated', inputs: INPUTS }, clips);
		const splitIds = await Promise.all(SPLITS.map(split => idsOf(set.clips(split))));
		expect(splitIds.flat().sort()).toEqual(clips.map(({ id }) => id).sort());
		expect(SPLITS.map(split => set.count(split))).toEqual(splitIds.map(ids => ids.length));
		const groups = splitIds.map(ids => new Set(ids.map(id => Number(id.slice(5)) % 40)));
		expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(40);
	});
});

test('a clip with columns, numbers or boundaries that cannot be is refused by name', () => {
	const set = (bad: PairClip) => () => dataSetOf({ name: 'test', origin: 'simulated', inputs: INPUTS }, [bad]);
	const good = clip('odd');
	expect(set(good)).not.toThrow();
	expect(set({ ...good, music: { ...good.music, features: zeros32(10, 4) } })).toThrow(/odd has 4 music columns/);
	expect(set({ ...good, picture: { ...good.picture, boundaries: { transnet: [6, 3] } } })).toThrow(/transnet/);
	expect(set({ ...good, shared: [10] })).toThrow(/shared/);
	const nan = { ...zeros32(10, 3), data: new Float32Array(30).fill(Number.NaN) };
	expect(set({ ...good, music: { ...good.music, features: nan } })).toThrow(/no numbers/);
});

test('segments cover a clip without gap or overlap', () => {
	expect(clipSegments([2.5, 6], 10)).toEqual([
		{ start: 0, end: 2.5 },
		{ start: 2.5, end: 6 },
		{ start: 6, end: 10 },
	]);
});
