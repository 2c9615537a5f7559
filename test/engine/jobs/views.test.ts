import { describe, expect, test } from 'vitest';
import { straightPiece } from '../../../engine/crops/plan.js';
import { TERM_WEIGHTS } from '../../../engine/crops/terms.js';
import type { TrackRecord } from '../../../engine/jobs/catalog.js';
import { viewOfCut, viewOfDescription, viewOfPick, viewOfTrack } from '../../../engine/jobs/views.js';
import { cutView, suggestion, trackDescription, trackView } from '../../../engine/protocol/messages.js';
import type { Pick } from '../../../engine/suggestions/pick.js';
import { someCutAnalysis, someTrackAnalysis } from '../../support/example-analyses.js';
import { someAnalysis } from '../../support/tracks.js';

const record: TrackRecord = {
	id: '7',
	path: '/music/song.mp3',
	folder: '/music',
	stamp: { size: 1, modified: 1 },
	tags: { title: 'Song', artist: null, album: null, licence: 'CC-BY-3.0', hasCover: false },
	contentHash: 'abc',
	analysisVersion: 1,
	duration: 60,
	tempo: 0,
	tempoConfidence: 0,
	loudness: Number.NEGATIVE_INFINITY,
	labels: ['piano'],
	vocals: 0,
};
const cut = { id: 'c', name: 'film.mp4', hasSound: true, playable: true, timeline: null, sequence: null, offline: [] };

const one = { mean: 0, deviation: 1 };
const pickOf = (crop: Pick['crop'], changes: Partial<Pick> = {}): Pick => ({
	id: '7',
	crop,
	choice: { start: crop.start, form: 'straight', ending: 'natural', lock: null },
	plan: {
		pieces: [straightPiece(crop.start, crop.end - crop.start, crop.end)],
		joins: [],
		ending: { kind: 'hard', at: crop.end - crop.start },
	},
	score: 0,
	terms: { movement: 1, content: 0.5, accents: 0, beats: 2, rises: 0, phrases: 1, voices: 0, joins: 0, wishes: 0 },
	basis: { movement: one, content: one, accents: one, total: one, wish: 0, weights: TERM_WEIGHTS },
	alternatives: [],
	distance: 0,
	segments: [],
	reasons: [],
	...changes,
});

test('views are what the protocol promises, also after a trip through JSON', () => {
	const pick = pickOf(
		{ start: 10, end: 30 },
		{
			score: 0.5,
			distance: 0.25,
			alternatives: [{ start: 40, score: 0.25 }],
			segments: [{ cut: { start: 0, end: 10 }, music: null, similarity: 0.5 }],
			reasons: [{ code: 'weak' as const, text: 'weak' }],
		},
	);
	const picked = viewOfPick(pick, record, someTrackAnalysis(60), { start: 0, end: 20 }, { name: 'sw-dtw', model: 'a' });
	for (const [schema, view] of [
		[cutView, viewOfCut(cut, someCutAnalysis(20))],
		[trackView, viewOfTrack(record)],
		[suggestion, picked],
	] as const) {
		expect(schema.parse(JSON.parse(JSON.stringify(view)))).toEqual(view);
	}
});

test('a track without a beat has no tempo, a silent one no loudness', () => {
	expect(viewOfTrack(record)).toMatchObject({ tempo: null, loudness: null, coverUrl: null });
	const heard = { ...record, tempo: 99.5, loudness: -12, tags: { ...record.tags, hasCover: true } };
	expect(viewOfTrack(heard)).toMatchObject({ tempo: 99.5, loudness: -12, coverUrl: '/media/tracks/7/cover' });
});

test('the description of a track is what the protocol promises, its key named as musicians do', () => {
	const analysis = someAnalysis(9, 30);
	const view = viewOfDescription(analysis);
	expect(trackDescription.parse(JSON.parse(JSON.stringify(view)))).toEqual(view);
	expect(view).toMatchObject({ key: { name: 'A minor' }, drop: analysis.labels.drop, ending: analysis.labels.ending });
	const named = (tonic: number, mode: 'major' | 'minor') =>
		viewOfDescription({ ...analysis, key: { tonic, mode, confidence: 1 } }).key?.name;
	expect([named(10, 'major'), named(6, 'minor'), named(8, 'minor')]).toEqual(['B♭ major', 'F♯ minor', 'G♯ minor']);
});

describe('the energy of a cut', () => {
	test('lies in [0, 1], is highest at a cut into movement, and covers the cut', () => {
		const { energy, duration } = viewOfCut(cut, someCutAnalysis(20));
		expect(energy.values).toHaveLength(Math.round(duration * energy.rate));
		expect(Math.min(...energy.values)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...energy.values)).toBeLessThanOrEqual(1);
		const peak = energy.values.indexOf(Math.max(...energy.values)) / energy.rate;
		expect(Math.abs(peak - 10)).toBeLessThan(0.5);
	});

	test('is zero where nothing moves and nothing is cut', () => {
		const still = someCutAnalysis(20);
		const { energy } = viewOfCut(cut, {
			...still,
			boundaries: [],
			curves: { ...still.curves, motion: new Float32Array(still.curves.motion.length) },
		});
		expect(new Set(energy.values)).toEqual(new Set([0]));
	});
});

describe('the waveform of a crop', () => {
	const waveformOf = (crop: { start: number; end: number }, range: { start: number; end: number }) =>
		viewOfPick(pickOf(crop), record, someTrackAnalysis(60), range, { name: 'trace', model: 'a' }).waveform;

	test('is drawn in the cut’s time: it starts with the range and is silent once the song is over', () => {
		const { rate, values } = waveformOf({ start: 50, end: 60 }, { start: 5, end: 25 });
		expect(values).toHaveLength(Math.ceil(20 * rate));
		expect(values[0]).toBeCloseTo(50 / 60, 2);
		expect(values[Math.floor(9.9 * rate)]).toBeCloseTo(1, 2);
		expect(values[Math.ceil(10.1 * rate)]).toBe(0);
		expect(values.at(-1)).toBe(0);
	});

	test('shows every peak however long the range is', () => {
		const spiky = someTrackAnalysis(600);
		spiky.curves.peak.fill(0);
		spiky.curves.peak[10_000] = 1;
		const { waveform } = viewOfPick(
			pickOf({ start: 0, end: 600 }),
			record,
			spiky,
			{ start: 0, end: 600 },
			{ name: 'trace', model: 'a' },
		);
		expect(waveform.values.length).toBeLessThanOrEqual(1201);
		expect(Math.max(...waveform.values)).toBe(1);
	});
});
