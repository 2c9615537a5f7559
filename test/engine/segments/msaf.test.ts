import { describe, expect, test } from 'vitest';
import { boundaryDetection } from '../../../engine/evaluation/segment-boundaries.js';
import type { Matrix } from '../../../engine/numeric/matrix.js';
import { foote } from '../../../engine/segments/foote.js';
import { clusterSections, olda, oldaInput, transformRows } from '../../../engine/segments/olda.js';
import { boundaryTimes } from '../../../engine/segments/segmenter.js';
import { sf } from '../../../engine/segments/structural-features.js';
import { goldenTracks, oldaTransform } from './golden.js';

const tracks = goldenTracks();
const transform = oldaTransform();
const largestDifference = (actual: ArrayLike<number>, wanted: ArrayLike<number>): number => {
	expect(actual.length).toBe(wanted.length);
	return Array.from(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
};

describe.each(tracks)('$id: given the features of the reference (MSAF 0.1.80)', track => {
	const { features, boundaries } = track;

	test('Foote finds the same boundaries', () => expect(foote.segment(features).boundaries).toEqual(boundaries.foote));

	test('structural features find the same boundaries', () =>
		expect(sf.segment(features).boundaries).toEqual(boundaries.sf));

	test("OLDA clusters the reference's input to the same boundaries", () => {
		const rows = transformRows(transform, transposed(track.array('olda_input')));
		expect(clusterSections(rows, track.duration).boundaries).toEqual(boundaries.olda);
	});

	test('OLDA finds the same boundaries from the features, though signs of eigenvectors are free', () => {
		expect(olda(transform).segment(features).boundaries).toEqual(boundaries.olda);
	});

	test('apart from those signs, the input of OLDA is the same', () => {
		const wanted = transposed(track.array('olda_input'));
		const actual = oldaInput(features);
		const part = (matrix: Matrix, from: number, to: number) =>
			matrix.data.filter((_, i) => i % 94 >= from && i % 94 < to);
		expect(largestDifference(part(actual, 0, 14), part(wanted, 0, 14))).toBeLessThan(1e-6);
		expect(largestDifference(part(actual, 14, 26), part(wanted, 14, 26))).toBeLessThan(1e-5);
		expect(largestDifference(part(actual, 90, 94), part(wanted, 90, 94))).toBeLessThan(1e-3);
		// A factor is known up to x → ±x by its ends, then shifted and scaled: compare what no sign or scale can change.
		for (const [from, to] of [
			[26, 58],
			[58, 90],
		] as const) {
			for (let column = from; column < to; column++) {
				const correlation = correlate(columnOf(actual, column), columnOf(wanted, column));
				expect(Math.abs(correlation), `column ${column}`).toBeGreaterThan(0.9999);
			}
		}
	});

	test('our boundaries sound one row before the times that the reference reports', () => {
		for (const name of ['foote', 'sf', 'olda'] as const) {
			// It always reports 0, the first beat, the last frame and the end besides.
			const reported = track.found[name].boundaries_s.slice(2, -2);
			const late = boundaries[name].map(row => features.edges[row + 1]!);
			expect(largestDifference(late, reported)).toBeLessThan(1e-9);
			const ours = boundaryTimes(features, boundaries[name]);
			expect(ours.every((time, i) => time < reported[i]!)).toBe(true);
			expect(boundaryDetection(reported, ours, 3).f).toBe(1);
		}
	});
});

describe('deprecation: the curves in between', () => {
	const track = tracks.find(one => one.id === 'deprecation')!;

	test("Foote's self-similarity matrix and novelty curve are the reference's", () => {
		expect(largestDifference(foote.picture(track.features).data, track.array('foote_ssm').data)).toBeLessThan(1e-6);
		expect(largestDifference(foote.segment(track.features).novelty, track.array('foote_novelty').data)).toBeLessThan(
			1e-6,
		);
	});

	test("the time-lag matrix, to scale, and its novelty curve are the reference's, two rows later", () => {
		const wanted = track.array('sf_structure');
		const most = wanted.data.reduce((a, b) => Math.max(a, b), 0);
		const actual = sf.picture(track.features);
		const inner = wanted.data.map((_, i) => {
			const [time, lag] = [Math.floor(i / wanted.cols), i % wanted.cols];
			return actual.data[(time + 2) * actual.cols + lag]! * most;
		});
		expect(largestDifference(inner, wanted.data)).toBeLessThan(1e-6);
		expect(
			largestDifference(sf.segment(track.features).novelty.slice(2, -1), track.array('sf_novelty').data),
		).toBeLessThan(1e-6);
	});
});

const transposed = ({ rows, cols, data }: Matrix): Matrix => ({
	rows: cols,
	cols: rows,
	data: Float64Array.from({ length: data.length }, (_, i) => data[(i % rows) * cols + Math.floor(i / rows)]!),
});

const columnOf = (matrix: Matrix, column: number) => matrix.data.filter((_, i) => i % matrix.cols === column);

const correlate = (a: Float64Array, b: Float64Array): number => {
	const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
	const [ma, mb] = [mean(a), mean(b)];
	let [ab, aa, bb] = [0, 0, 0];
	a.forEach((value, i) => {
		ab += (value - ma) * (b[i]! - mb);
		aa += (value - ma) ** 2;
		bb += (b[i]! - mb) ** 2;
	});
	return aa === 0 && bb === 0 ? 1 : ab / Math.sqrt(aa * bb);
};
