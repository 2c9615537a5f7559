import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANES, layOutLanes } from '../../../engine/ranking/lane-layout.js';
import { catalogues } from './catalogues.js';

const random = { seed: 88, numRuns: 100 };

test('every section of every track has one row, beside those of tracks with as many sections', () => {
	fc.assert(
		fc.property(catalogues(40), fc.integer({ min: 1, max: 200 }), (sections, mostRows) => {
			const chunks = layOutLanes(sections, mostRows);
			const rows = chunks.flatMap(chunk => [...chunk.rows]).filter(row => row >= 0);
			expect(rows.sort((a, b) => a - b)).toEqual([...sections.vectors.data.keys()].slice(0, sections.vectors.rows));
			for (const { buckets, tracks, rows: placed } of chunks) {
				for (const { length, groups, firstRow, firstTrack } of buckets) {
					for (let slot = 0; slot < groups * LANES; slot++) {
						const track = tracks[firstTrack + slot]!;
						const row = firstRow + Math.floor(slot / LANES) * length * LANES + (slot % LANES);
						const own = Array.from({ length }, (_, j) => placed[row + j * LANES]);
						expect(own).toEqual(own.map((_, j) => (track < 0 ? -1 : sections.offsets[track]! + j)));
						if (track >= 0) expect(sections.offsets[track + 1]! - sections.offsets[track]!).toBe(length);
					}
				}
			}
		}),
		random,
	);
});

test('a chunk exceeds its size only where one group alone does', () => {
	fc.assert(
		fc.property(catalogues(40), fc.integer({ min: 1, max: 200 }), (sections, mostRows) => {
			for (const { rows, tracks } of layOutLanes(sections, mostRows)) {
				if (rows.length > mostRows) expect(tracks).toHaveLength(LANES);
			}
		}),
		random,
	);
});
