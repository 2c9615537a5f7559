import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedAddress } from '../../../../engine/io/shared-catalog/address.js';
import {
	buildVectorIndex,
	candidateSections,
	neighboursStatement,
} from '../../../../engine/io/shared-catalog/candidates.js';
import { SharedDatabase } from '../../../../engine/io/shared-catalog/database.js';
import { PostgresCatalog } from '../../../../engine/io/shared-catalog/postgres-catalog.js';
import { vectorTexts } from '../../../../engine/io/shared-catalog/vectors.js';
import type { EmbeddedSections } from '../../../../engine/jobs/catalog.js';
import { type Matrix32, row } from '../../../../engine/numeric/matrix.js';
import { PostgresServer, withoutPostgres } from '../../../support/postgres.js';
import { someAnalysis, someTrack } from '../../../support/tracks.js';

/** Unit vectors around a centre that follows from the seed, as sections of one track lie. Synthetic. */
const around = (seed: number, rows: number, cols = 24): Matrix32 => {
	let state = seed * 7919 + 17;
	const random = (): number => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647 - 0.5;
	};
	const centre = Array.from({ length: cols }, random);
	const data = new Float32Array(rows * cols);
	for (let r = 0; r < rows; r++) {
		const values = centre.map(value => value + 0.5 * random());
		const length = Math.hypot(...values);
		data.set(
			values.map(value => value / length),
			r * cols,
		);
	}
	return { rows, cols, data };
};
const sections = (seed: number): EmbeddedSections => ({
	spans: Array.from({ length: 6 }, (_, k) => ({ start: k, end: k + 1 })),
	vectors: around(seed, 6),
});
const TRACKS = 300;

describe.skipIf(withoutPostgres)('candidates from the database', () => {
	let server: PostgresServer;
	let catalog: PostgresCatalog;
	beforeAll(async () => {
		server = await PostgresServer.start();
		catalog = new PostgresCatalog(new SharedDatabase(sharedAddress(await server.database('near'))!));
		await catalog.addFolder('/music');
		const analysis = someAnalysis(1, 1);
		for (let seed = 1; seed <= TRACKS; seed++) {
			const track = someTrack(seed, { tempo: 60 + (seed % 100), duration: seed, vocals: (seed % 10) / 10 });
			await catalog.put(track, analysis, new Map([['near', sections(seed)]]));
		}
	});
	afterAll(async () => {
		await catalog?.close();
		await server?.stop();
	});

	const seedOf = async (id: string): Promise<number> => (await catalog.get(id))!.duration;
	/** Brute force: over the segments, the sum of each one's greatest similarity with a section of the track. */
	const account = (segments: Matrix32, seed: number): number => {
		const { vectors } = sections(seed);
		let sum = 0;
		for (let n = 0; n < segments.rows; n++) {
			let best = -1;
			for (let s = 0; s < vectors.rows; s++) {
				best = Math.max(
					best,
					row(segments, n).reduce((dot, value, c) => dot + value * row(vectors, s)[c]!, 0),
				);
			}
			sum += best;
		}
		return sum;
	};
	const bruteForce = (segments: Matrix32, top: number, passes = (_: number) => true): number[] =>
		Array.from({ length: TRACKS }, (_, k) => k + 1)
			.filter(passes)
			.sort((a, b) => account(segments, b) - account(segments, a))
			.slice(0, top);
	const found = async (segments: Matrix32, tracks: number, filter = {}): Promise<number[]> => {
		const { ids } = await candidateSections(catalog.database, 'near', segments, tracks, filter);
		return Promise.all(ids.map(seedOf));
	};

	test('the best tracks by brute force are among the candidates, without the index and with it', async () => {
		for (const indexed of [false, true]) {
			if (indexed) await buildVectorIndex(catalog.database, 'near');
			let recalled = 0;
			for (const query of [1001, 1002, 1003, 1004]) {
				const segments = around(query, 5);
				const candidates = new Set(await found(segments, 60));
				recalled += bruteForce(segments, 10).filter(seed => candidates.has(seed)).length;
			}
			expect([indexed, recalled]).toEqual([indexed, 40]);
		}
	});

	test('their sections are those of the catalogue, bit for bit', async () => {
		const { ids, offsets, vectors } = await candidateSections(catalog.database, 'near', around(7, 3), 5);
		expect(ids).toHaveLength(5);
		for (const [k, id] of ids.entries()) {
			const rows = vectors.data.subarray(offsets[k]! * vectors.cols, offsets[k + 1]! * vectors.cols);
			expect([...rows]).toEqual([...sections(await seedOf(id)).vectors.data]);
		}
		expect(ids).toContain((await catalog.atPath('/music/7.mp3'))!.id);
	});

	test('filters come before the choice: as many that pass are found as there would be among all', async () => {
		const segments = around(1001, 4);
		const filter = { tempo: { from: 100, to: 110 }, duration: { to: 250 }, vocalsBelow: 0.3 };
		const passes = (seed: number): boolean =>
			60 + (seed % 100) >= 100 && 60 + (seed % 100) <= 110 && seed <= 250 && (seed % 10) / 10 < 0.3;
		const candidates = await found(segments, 4, filter);
		expect(candidates.sort((a, b) => a - b)).toEqual(bruteForce(segments, 4, passes).sort((a, b) => a - b));
	});

	test('the index is what answers once it is there', async () => {
		await buildVectorIndex(catalog.database, 'near');
		const plan = await catalog.database.transaction(async query => {
			// So few rows are sooner read than looked up.
			await query('SET LOCAL enable_seqscan = off');
			await query('SET LOCAL enable_sort = off');
			return query(`EXPLAIN ${neighboursStatement('studio', 'near', 24, {})}`, vectorTexts(around(1, 1)));
		}, 'read');
		expect(JSON.stringify(plan)).toContain('sections_studio_near');
	});
});
