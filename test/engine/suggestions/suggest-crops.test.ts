import { describe, expect, test } from 'vitest';
import { SEARCH_RATE } from '../../../engine/crops/dynamics.js';
import { trackOutline } from '../../../engine/crops/outline.js';
import type { TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { zeros } from '../../../engine/numeric/matrix.js';
import { seededRandom } from '../../../engine/numeric/random.js';
import type { Candidate, Contender } from '../../../engine/suggestions/pick.js';
import { suggestCrops } from '../../../engine/suggestions/suggest-crops.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';

const beats = (period: number, duration: number) =>
	Array.from({ length: Math.floor(duration / period) }, (_, k) => k * period);

const candidate = (id: string, analysis: TrackAnalysis, change: Partial<Candidate> = {}): Contender => {
	const known = { id, wish: 0, distance: 1 };
	return {
		...known,
		outline: trackOutline(analysis),
		contentCosts: (_, count) => new Float64Array(count).fill(1),
		open: async () => ({
			...known,
			album: null,
			analysis,
			vocals: 0,
			contentCost: () => 1,
			stretchCosts: async stretches => zeros(9, stretches.length),
			segmentCosts: async crops => crops.map(() => []),
			...change,
		}),
	};
};

const swell = (from: number) => (time: number) => -40 + 22 / (1 + Math.exp(-(time - from)));
const cuts = [4, 8, 12, 14, 16, 18, 20, 22];
const cut = syntheticCut(24, cuts, time => (time < 12 ? 0.005 : 0.05));
const whole = { start: 0, end: 24 };
const options = { top: 12, distance: 'timed-best-trace' } as const;

describe('suggested crops', () => {
	test('lay the rise of the song under the rise of the picture, cuts on beats, and say so', async () => {
		const rising = candidate('rising', syntheticTrack(120, beats(0.5, 120), swell(60)));
		const flat = candidate('flat', syntheticTrack(120, beats(0.53, 120)));
		const [best] = await suggestCrops(cut, whole, [flat, rising], options);
		expect(best!.id).toBe('rising');
		expect(best!.crop.end - best!.crop.start).toBeCloseTo(24, 9);
		expect(Math.abs(best!.crop.start + 12 - 60)).toBeLessThan(2.5);
		const said = best!.reasons.map(({ text }) => text);
		expect(said).toContain('8 of 8 cuts on a beat, at 120 BPM');
		expect(said.some(text => text.startsWith('rises with the picture at 0:1'))).toBe(true);
	});

	test('lay hits of the song under hits of the picture to a step of the search, and say so only where they do', async () => {
		const random = seededRandom(11);
		const struck = Array.from({ length: 200 }, () => random.uniform() * 118).sort((a, b) => a - b);
		const truth = 41.375;
		const hits = struck.filter(time => time > truth && time < truth + 24).map(time => time - truth);
		const moving = syntheticCut(24, [], time => (hits.some(hit => time >= hit && time < hit + 0.1) ? 0.08 : 0.01));
		const still = syntheticCut(24, [], () => 0.01);
		const track = candidate(
			'struck',
			syntheticTrack(120, struck, () => -20, []),
		);
		const other = candidate('other', syntheticTrack(120, beats(0.61, 120)));
		const [best] = await suggestCrops(moving, whole, [other, track], options);
		expect(best!.id).toBe('struck');
		expect(Math.abs(best!.crop.start - truth)).toBeLessThanOrEqual(1 / SEARCH_RATE);
		expect(best!.reasons.map(({ code }) => code)).toContain('accents-follow');
		const [any] = await suggestCrops(still, whole, [track], options);
		expect(any!.reasons.map(({ code }) => code)).not.toContain('accents-follow');
	});

	test('claim no cuts on beats where chance would have as many', async () => {
		const offBeat = syntheticCut(24, [4.25, 8.26, 12.24, 16.25], () => 0.02);
		const track = { ...syntheticTrack(24.1, beats(0.5, 24)), duration: 24 };
		const [pick] = await suggestCrops(offBeat, whole, [candidate('a', track)], options);
		expect(pick!.crop.start).toBe(0);
		expect(pick!.reasons.map(({ code }) => code)).not.toContain('cuts-on-beats');
	});

	test('come one a track, and no two of the first three from one album', async () => {
		const tracks = Array.from({ length: 6 }, (_, k) =>
			candidate(`t${k}`, syntheticTrack(90, beats(0.4 + k / 20, 90), swell(20 + 5 * k)), {
				album: k < 4 ? 'one' : null,
			}),
		);
		const picks = await suggestCrops(cut, whole, tracks, options);
		expect(new Set(picks.map(({ id }) => id)).size).toBe(6);
		const first = picks.slice(0, 3).map(({ id }) => (Number(id.slice(1)) < 4 ? 'one' : null));
		expect(first.filter(album => album === 'one')).toHaveLength(1);
	});

	test('of a song that is too short go round a loop until the range is full', async () => {
		const [pick] = await suggestCrops(cut, whole, [candidate('short', syntheticTrack(15, beats(0.5, 15)))], options);
		const last = pick!.plan.pieces.at(-1)!;
		expect(pick!.plan.pieces.length).toBeGreaterThan(1);
		expect(last.at + last.song.end - last.song.start).toBeGreaterThan(23);
		expect(pick!.segments.every(({ music }) => music !== null)).toBe(true);
		expect(pick!.reasons.map(({ code }) => code)).toContain('joined');
	});

	test('of a song with no place to go round are the whole song, and say how much is missing', async () => {
		const [pick] = await suggestCrops(cut, whole, [candidate('short', syntheticTrack(4, beats(0.5, 4)))], options);
		expect(pick!.crop).toEqual({ start: 0, end: 4 });
		expect(pick!.reasons).toContainEqual({ code: 'song-shorter', text: 'the song ends 20.0 s before the range does' });
		expect(pick!.segments.at(-1)!.music).toBeNull();
	});

	test('of a range are as long as the range, and lay each of its segments beside what plays under it', async () => {
		const range = { start: 6, end: 17 };
		const [pick] = await suggestCrops(cut, range, [candidate('a', syntheticTrack(60, beats(0.5, 60)))], options);
		expect(pick!.crop.end - pick!.crop.start).toBeCloseTo(11, 9);
		expect(pick!.segments.map(({ cut: segment }) => segment)).toEqual([
			{ start: 6, end: 8 },
			{ start: 8, end: 12 },
			{ start: 12, end: 14 },
			{ start: 14, end: 16 },
			{ start: 16, end: 17 },
		]);
		for (const { cut: segment, music } of pick!.segments) {
			expect(music!.start - segment.start).toBeCloseTo(pick!.crop.start - range.start, 9);
		}
	});

	test('under speech name singing as a doubt, and its absence as a reason', async () => {
		const narrated = { ...cut, speech: [{ start: 2, end: 9 }] };
		const track = syntheticTrack(60, beats(0.5, 60));
		const codes = async (vocals: number) => {
			const [pick] = await suggestCrops(narrated, whole, [candidate('a', track, { vocals })], options);
			return pick!.reasons.map(({ code }) => code);
		};
		expect(await codes(0.7)).toContain('vocals-under-speech');
		expect(await codes(0)).toContain('no-vocals');
	});

	test('of many tracks are found by opening the 50 best at first look, each once', async () => {
		const opened: string[] = [];
		const tracks = Array.from({ length: 70 }, (_, k) => {
			const track = candidate(`t${k}`, syntheticTrack(60, beats(0.4 + k / 200, 60), swell(20 + k / 3)));
			return {
				...track,
				open: () => {
					opened.push(track.id);
					return track.open();
				},
			};
		});
		await suggestCrops(cut, whole, tracks, { ...options, top: 3 });
		expect(opened).toHaveLength(50);
		expect(new Set(opened).size).toBe(50);
	});

	test('are none of no music', async () => {
		expect(await suggestCrops(cut, whole, [], options)).toEqual([]);
	});
});
