import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { affect } from '../../../../engine/embeddings/affect.js';
import { type ModelCard, writeModel } from '../../../../engine/embeddings/model-file.js';
import { poolOverSpans } from '../../../../engine/embeddings/pool.js';
import { openCatalog } from '../../../../engine/io/catalog-access.js';
import { LocalEngine } from '../../../../engine/io/engine.js';
import { DEFAULT_MODEL } from '../../../../engine/io/models/default-model.js';
import { projectPath } from '../../../../engine/io/project.js';
import { embeddedSections } from '../../../../engine/jobs/embed-catalogue.js';
import { plainBranch, randomWeights } from '../../../support/seg-vm-net.js';
import { someAnalysis, someTrack } from '../../../support/tracks.js';

const TRACKS = 6;
const ARCHITECTURE = { inputs: { music: 400, video: 1280 }, layers: { music: [16, 8], video: [16, 8] } };
const CARD: ModelCard = {
	kind: 'seg-vm-net',
	pictureFeatures: 'efficientnet-lite0',
	musicFeatures: 'musicnn',
	segmentation: 'shared',
	data: { name: 'random weights', origin: 'simulated', clips: 0, segments: 0 },
	training: {},
	validation: {},
	notes: [],
};
const WEIGHTS = randomWeights(ARCHITECTURE, 5);

let home = '';
let model = '';
let engine: LocalEngine;

/** A catalogue that was indexed before there was any model but `affect`. */
beforeEach(async () => {
	home = mkdtempSync(join(tmpdir(), 'segue-models-'));
	const folder = join(home, 'music');
	mkdirSync(folder);
	const { catalog } = openCatalog(home, 'write');
	await catalog.addFolder(folder);
	for (let seed = 1; seed <= TRACKS; seed++) {
		const analysis = someAnalysis(seed, 30);
		const vectors = new Map([[affect.id, await embeddedSections(affect, analysis)]]);
		const path = join(folder, `${seed}.mp3`);
		writeFileSync(path, 'not to be read');
		const { size, mtimeMs: modified } = statSync(path);
		await catalog.put(someTrack(seed, { path, folder, stamp: { size, modified }, duration: 30 }), analysis, vectors);
	}
	await catalog.close();
	model = join(home, 'random.safetensors');
	writeFileSync(model, writeModel({ card: CARD, weights: WEIGHTS }));
	engine = new LocalEngine({ home, device: 'cpu', catalog: 'write' });
});
afterEach(async () => {
	await engine.close();
	rmSync(home, { recursive: true });
});

const inUse = async (asked = engine) =>
	(await asked.ask('model.list', {})).models.filter(({ current }) => current).map(({ id }) => id);

test('using a model embeds every track from what is stored, as the network’s definition says, and back is back', async () => {
	expect(await inUse()).toEqual([DEFAULT_MODEL]);
	const counted: number[] = [];
	const { models } = await engine.ask('model.use', { model }, ({ done, total }) => counted.push(done, total ?? -1));
	const id = models.find(({ current }) => current)!.id;
	expect(id).toMatch(/^seg-vm-net-[0-9a-f]{8}$/);
	expect((await engine.ask('status', {})).embedding.id).toBe(id);
	expect(counted.slice(-2)).toEqual([TRACKS, TRACKS]);

	const { catalog } = openCatalog(home, 'read');
	const stored = await catalog.sectionVectors(id);
	expect(stored.ids.length).toBe(TRACKS);
	for (const [t, track] of stored.ids.entries()) {
		const analysis = await catalog.analysis(track);
		const expected = plainBranch(WEIGHTS, 'music', poolOverSpans(analysis.features, analysis.sections)).flat();
		const found = stored.vectors.data.subarray(8 * stored.offsets[t]!, 8 * stored.offsets[t + 1]!);
		// Vectors are stored in 8 or 16 bits.
		for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(5e-3);
	}
	await catalog.close();

	await engine.ask('model.back', {});
	expect(await inUse()).toEqual([DEFAULT_MODEL]);
	await engine.ask('model.back', {});
	expect(await inUse()).toEqual([affect.id]);
	await expect(engine.ask('model.back', {})).rejects.toMatchObject({ code: 'not-found' });
	await engine.ask('model.use', { model: id });
	expect(await inUse()).toEqual([id]);
	await engine.ask('model.use', { model: 'affect' });
	expect(await inUse()).toEqual([affect.id]);
});

const suggestions = async (asked: LocalEngine) => {
	const path = projectPath('demo', 'cut', 'clip2.mp4');
	const { id: cut } = await asked.ask('cut.open', { source: { kind: 'path', path } });
	return asked.ask('suggest', { cut, top: 3, vocals: 'any' });
};

test('a catalogue of before the default model is compared by affect, and says so, until a pass that reads no file', async () => {
	const before = await suggestions(engine);
	expect(before.waiting).toEqual({ model: DEFAULT_MODEL, tracks: TRACKS });
	expect(before.suggestions.map(({ basis }) => basis.model)).toEqual([affect.id, affect.id, affect.id]);
	const status = await engine.ask('status', {});
	expect(status.embedding.id).toBe(affect.id);
	expect(status.embedding.note).toContain(`until ${DEFAULT_MODEL} has vectors of ${TRACKS} more tracks`);

	engine.startIndexing();
	await vi.waitFor(async () => expect((await engine.ask('catalog.state', {})).indexing).toBeNull(), {
		timeout: 20_000,
	});
	const after = await suggestions(engine);
	expect(after.waiting).toBeUndefined();
	expect(after.suggestions.map(({ basis }) => basis.model)).toEqual([DEFAULT_MODEL, DEFAULT_MODEL, DEFAULT_MODEL]);
	// The files are no music: reading them would have left them out.
	expect((await engine.ask('catalog.state', {})).tracks).toBe(TRACKS);
	expect((await engine.ask('status', {})).embedding.id).toBe(DEFAULT_MODEL);

	// What was suggested before is still judged by what suggested it.
	const {
		cut,
		suggestions: [old],
	} = before;
	const { choice, basis, alternatives, track, terms } = old!;
	const { suggestion } = await engine.ask('crop.refine', { cut, track: track.id, choice, basis, alternatives });
	expect(suggestion.terms).toEqual(terms);
});

test('an engine that may only read compares by affect what the model in use has no vectors of, and changes nothing', async () => {
	const reader = new LocalEngine({ home, device: 'cpu', catalog: 'read' });
	const comparing = async () => (await reader.ask('status', {})).embedding.id;
	expect(await comparing()).toBe(affect.id);
	await engine.ask('model.use', { model: DEFAULT_MODEL });
	expect(await comparing()).toBe(DEFAULT_MODEL);
	await reader.close();
});

test('where the model that was chosen is gone, the default is in use', async () => {
	await engine.ask('model.use', { model });
	const [id] = await inUse();
	rmSync(join(home, 'models', `${id}.safetensors`));
	const later = new LocalEngine({ home, device: 'cpu', catalog: 'read' });
	expect(await inUse(later)).toEqual([DEFAULT_MODEL]);
	await later.close();
});

test('a change that is stopped leaves the old model in use, and goes on from there', async () => {
	const stop = new AbortController();
	const stopped = engine.ask('model.use', { model }, ({ done }) => done === 3 && stop.abort(), stop.signal);
	await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
	expect(await inUse()).toEqual([DEFAULT_MODEL]);
	let total = 0;
	await engine.ask('model.use', { model }, progress => {
		total ||= progress.total ?? 0;
	});
	expect(total).toBeLessThan(TRACKS);
	expect(await inUse()).not.toEqual([DEFAULT_MODEL]);
});

test('another engine of the same folder, started later, uses the chosen model', async () => {
	await engine.ask('model.use', { model });
	const later = new LocalEngine({ home, device: 'cpu', catalog: 'read' });
	expect(await inUse(later)).toEqual(await inUse());
	await later.close();
});

test('the default model comes with the program, has its own hash for a name and a card that says what taught it', async () => {
	const { models } = await engine.ask('model.list', {});
	const starter = models.find(({ id }) => id === DEFAULT_MODEL)!;
	const bytes = readFileSync(projectPath('models', `${DEFAULT_MODEL}.safetensors`));
	expect(DEFAULT_MODEL).toBe(`seg-vm-net-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`);
	expect(starter.current).toBe(true);
	expect(starter.about).toMatch(/simulated/);
	expect(starter.notes.join(' ')).toMatch(/No real edit was used/);
});

test.each([
	['no model at all', () => Buffer.from('nothing of the kind'), 'model-unfit'],
	[
		'a model for features that are not made here',
		() => writeModel({ card: { ...CARD, musicFeatures: 'youtube8m-audio' }, weights: WEIGHTS }),
		'model-unfit',
	],
])('%s is refused, and nothing changes', async (_, bytes, code) => {
	writeFileSync(model, bytes());
	await expect(engine.ask('model.use', { model })).rejects.toMatchObject({ code });
	expect(await inUse()).toEqual([DEFAULT_MODEL]);
});
