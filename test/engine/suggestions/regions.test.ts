import { describe, expect, test } from 'vitest';
import { proposeRegions } from '../../../engine/suggestions/regions.js';
import { syntheticCut } from '../../support/analyses.js';
import { numbers } from '../../support/tracks.js';

const every = (period: number, duration: number) =>
	Array.from({ length: Math.ceil(duration / period) - 1 }, (_, k) => (k + 1) * period);

describe('proposed regions', () => {
	const limits = { shortest: 20, longest: 120 };

	test('cover the cut without gap or overlap, at cuts, within their limits', () => {
		const duration = 1800;
		const cuts = every(7, duration);
		const cut = syntheticCut(duration, cuts, time => 0.02 + 0.015 * Math.sin(time / 40));
		const regions = proposeRegions(cut, limits).map(({ region }) => region);
		expect(regions[0]!.start).toBe(0);
		expect(regions.at(-1)!.end).toBe(duration);
		regions.slice(1).forEach((region, k) => {
			expect(region.start).toBe(regions[k]!.end);
			expect(cuts).toContain(region.start);
		});
		for (const { start, end } of regions) {
			expect(end - start).toBeGreaterThanOrEqual(20);
			expect(end - start).toBeLessThanOrEqual(120);
		}
	});

	test('begin where it is black, where speech ends, and where movement sets in, and say so', () => {
		const cut = syntheticCut(240, every(8, 240), time => (time < 160 ? 0.004 : 0.08));
		cut.curves.brightness.fill(0, 478, 484);
		const spoken = { ...cut, speech: [{ start: 92, end: 111.5 }] };
		const regions = proposeRegions(spoken, limits);
		const whyAt = (time: number) => regions.find(({ region }) => region.start === time)?.why;
		expect(whyAt(48)).toContain('black');
		expect(whyAt(112)).toContain('speech');
		expect(whyAt(160)).toContain('energy');
	});

	test('say that speech begins or ends at a cut exactly where it does so within a second and a half', () => {
		const random = numbers(12);
		const speech: { start: number; end: number }[] = [];
		for (let start = 3; start < 880; start += 2 + 30 * random()) {
			const end = start + 0.2 + 12 * random();
			speech.push({ start, end });
			start = end;
		}
		const joined = speech.filter(({ start }, k) => k === 0 || start - speech[k - 1]!.end >= 2);
		expect(joined).toEqual(speech);
		const cut = { ...syntheticCut(900, every(3.1, 900)), speech };
		const found = proposeRegions(cut, { shortest: 5, longest: 30 });
		for (const { region, why } of found.slice(1)) {
			const near = speech.some(
				({ start, end }) => Math.abs(start - region.start) < 1.5 || Math.abs(end - region.start) < 1.5,
			);
			expect(why.includes('speech')).toBe(near);
		}
		expect(found.filter(({ why }) => why.includes('speech')).length).toBeGreaterThan(10);
	});

	test('are one for a cut too short to be divided, or with no cut to divide it at', () => {
		expect(proposeRegions(syntheticCut(30, [15]), limits)).toEqual([{ region: { start: 0, end: 30 }, why: ['start'] }]);
		expect(proposeRegions(syntheticCut(600, []), limits)).toHaveLength(1);
	});
});
