import { expect, test } from 'vitest';
import { compare } from '../../../engine/alignment/comparison.js';
import { distanceNamed } from '../../../engine/alignment/distances.js';
import { affect } from '../../../engine/embeddings/affect.js';
import type { TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import { embeddedRange } from '../../../engine/jobs/suggest.js';
import { suggestFootage } from '../../../engine/jobs/suggest-footage.js';
import { distanceNames } from '../../../engine/protocol/messages.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';
import { plainProduct, plainQuantised } from '../ranking/catalogues.js';

const tools = { kernel: openRankingKernel(), similarity: plainProduct, quantised: plainQuantised };
const clicks = Array.from({ length: 120 }, (_, k) => k / 2);
const song: TrackAnalysis = {
	...syntheticTrack(60, clicks, time => -20 + 8 * Math.sin(time / 7)),
	sections: [0, 11, 25, 40].map((start, k) => ({
		start,
		end: [11, 25, 40, 60][k]!,
		label: 'A',
		labelConfidence: 1,
		energy: 'mid',
		energyConfidence: 1,
	})),
};
const footage = [3, 5, 7, 11].map((turn, k) => ({
	path: `/videos/${k}.mp4`,
	analysis: syntheticCut(20 + 10 * k, [6 + k, 11, 15], time => 0.02 + 0.015 * Math.sin(time / turn)),
}));

test.each(distanceNames)(
	'videos come in the order of their distance to the song, which is that of the other direction: %s',
	async distance => {
		const sources = { embedding: affect, stored: null, tools };
		const picks = await suggestFootage(song, footage, { top: 3, distance }, sources);
		const spans = song.sections.map(({ start, end }) => ({ start, end }));
		const offsets = Uint32Array.of(0, spans.length);
		const own = { offsets, spans, vectors: await affect.describeTrack(song, spans) };
		const music = { spans, vectors: affect.place(own, own) };
		const values = [];
		for (const { path, analysis } of footage) {
			const cut = await embeddedRange(affect, analysis, { start: 0, end: analysis.duration });
			values.push({ path, value: distanceNamed(distance).value(compare(cut, music)) });
		}
		values.sort((a, b) => a.value - b.value || (a.path < b.path ? -1 : 1));
		expect(picks.map(({ footage: { path }, distance: value }) => ({ path, value }))).toEqual(values.slice(0, 3));
		for (const { pick, footage: found } of picks) {
			expect(pick.crop.end - pick.crop.start).toBeCloseTo(Math.min(found.analysis.duration, song.duration), 6);
		}
	},
);

test('no videos, no suggestions', async () => {
	const sources = { embedding: affect, stored: null, tools };
	expect(await suggestFootage(song, [], { top: 3, distance: 'sw-dtw' }, sources)).toEqual([]);
});
