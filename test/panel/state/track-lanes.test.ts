import { expect, test } from 'vitest';
import type { TrackDescription } from '../../../engine/protocol/messages.js';
import { lanesOf } from '../../../panel/state/track-lanes.js';

const section = (start: number, end: number, label: string) =>
	({ start, end, label, labelConfidence: 0.6, energy: 'high', energyConfidence: 0.4 }) as const;

const description: TrackDescription = {
	duration: 90,
	sections: [section(0, 30, 'A'), section(30, 60, 'B'), section(60, 90, 'A')],
	key: { name: 'A minor', tonic: 9, mode: 'minor', confidence: 0.83 },
	drop: { at: 31, rise: 8.6, confidence: 0.95 },
	phrase: { bars: 8, start: 2, confidence: 0.91 },
	ending: { kind: 'ring-out', at: 85, confidence: 0.29 },
	loops: [
		{ start: 10, end: 40, bars: 16, confidence: 0.8 },
		{ start: 20, end: 50, bars: 16, confidence: 0.7 },
		{ start: 40, end: 44, bars: 1, confidence: 0.6 },
	],
	vocals: [{ start: 33, end: 58, confidence: 0.7 }],
};

test('every label says how sure it is', () => {
	const { sections, vocals, loops, moments, facts } = lanesOf(description);
	const tips = [...sections, ...sections.map(({ energy }) => energy), ...vocals, ...loops, ...moments];
	for (const { tip } of tips) expect(tip).toMatch(/\d+ % sure/);
	expect(facts).toEqual([
		'A minor (83 % sure)',
		'phrases of 8 bars (91 %)',
		'drop at 0:31 (95 %)',
		'last sound rings out (29 %)',
	]);
});

test('sections with one letter have one colour, others another', () => {
	const [a, b, again] = lanesOf(description).sections;
	expect(again!.hue).toBe(a!.hue);
	expect(b!.hue).not.toBe(a!.hue);
});

test('of loops that overlap the better one is drawn; those that touch both are', () => {
	expect(lanesOf(description).loops.map(({ start, end }) => [start, end])).toEqual([
		[10, 40],
		[40, 44],
	]);
});

test('what was not found is not there', () => {
	const nothing = { ...description, key: null, drop: null, phrase: null, ending: null, loops: [], vocals: [] };
	expect(lanesOf(nothing)).toMatchObject({ vocals: [], loops: [], moments: [], facts: [] });
});
