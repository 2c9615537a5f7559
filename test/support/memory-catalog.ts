import { ANALYSIS_VERSION, OLDEST_READABLE_VERSION, type TrackAnalysis } from '../../engine/features/track-analysis.js';
import {
	type Catalog,
	type EmbeddedSections,
	type FileStamp,
	type FolderOverview,
	isInside,
	type NewTrack,
	type Place,
	type SectionVectors,
	type Skipped,
	type TrackRecord,
} from '../../engine/jobs/catalog.js';
import { searchWords } from '../../engine/jobs/search-words.js';
import { EngineError } from '../../engine/protocol/errors.js';

type Content = {
	analysis: TrackAnalysis;
	version: number;
	vectors: Map<string, EmbeddedSections>;
};

/** The catalogue in plain maps: slow and obvious, the oracle of the stored one. */
export class MemoryCatalog implements Catalog {
	readonly #folders = new Map<string, boolean>();
	readonly #tracks = new Map<string, TrackRecord>();
	readonly #contents = new Map<string, Content>();
	readonly #skipped = new Map<string, Skipped & { stamp: FileStamp; folder: string }>();
	readonly #answered = new Map<string, SectionVectors>();
	#nextId = 1;

	addFolder(path: string): string {
		const covering = this.folders().find(folder => isInside(path, folder));
		if (covering !== undefined) return covering;
		for (const inner of this.folders().filter(folder => isInside(folder, path))) {
			for (const track of this.tracks(inner)) this.#tracks.set(track.id, { ...track, folder: path });
			for (const skipped of this.#skipped.values()) if (skipped.folder === inner) skipped.folder = path;
			this.#folders.delete(inner);
		}
		this.#folders.set(path, true);
		return path;
	}

	removeFolder(path: string): void {
		this.remove(this.tracks(path).map(({ id }) => id));
		this.forgetSkipped(this.skipped(path).map(skipped => skipped.path));
		this.#folders.delete(path);
	}

	folders(): readonly string[] {
		return [...this.#folders.keys()].sort();
	}

	setReachable(folder: string, reachable: boolean): void {
		if (this.#folders.has(folder)) this.#folders.set(folder, reachable);
	}

	isReachable(folder: string): boolean {
		return this.#folders.get(folder) === true;
	}

	put(track: NewTrack, analysis: TrackAnalysis, vectors: ReadonlyMap<string, EmbeddedSections>): TrackRecord {
		this.#needFolder(track.folder);
		this.#contents.set(track.contentHash, { analysis, version: track.analysisVersion, vectors: new Map(vectors) });
		const { analysisVersion, duration, tempo, tempoConfidence, loudness, labels, vocals } = track;
		for (const other of this.withContent(track.contentHash)) {
			const content = { analysisVersion, duration, tempo, tempoConfidence, loudness, labels, vocals };
			this.#tracks.set(other.id, { ...other, ...content });
		}
		return this.#store({ ...track, id: this.atPath(track.path)?.id ?? String(this.#nextId++) });
	}

	move(id: string, place: Place): TrackRecord {
		this.#needFolder(place.folder);
		const track = this.#need(id);
		const there = this.atPath(place.path);
		if (there && there.id !== id) this.remove([there.id]);
		return this.#store({ ...track, ...place });
	}

	copy(id: string, place: Place): TrackRecord {
		this.#needFolder(place.folder);
		return this.#store({ ...this.#need(id), ...place, id: this.atPath(place.path)?.id ?? String(this.#nextId++) });
	}

	remove(ids: readonly string[]): void {
		for (const id of ids) this.#tracks.delete(id);
		this.#dropOrphans();
	}

	putVectors(id: string, space: string, sections: EmbeddedSections): void {
		this.#contents.get(this.#need(id).contentHash)!.vectors.set(space, sections);
	}

	withoutVectors(space: string): readonly string[] {
		const lacking = [...this.#contents].filter(([, { vectors }]) => !vectors.has(space));
		return lacking
			.map(([hash]) => Math.min(...this.withContent(hash).map(({ id }) => Number(id))))
			.sort((a, b) => a - b)
			.map(String);
	}

	skip(folder: string, stamp: FileStamp, skipped: Skipped): void {
		this.#needFolder(folder);
		this.#skipped.set(skipped.path, { ...skipped, stamp, folder });
	}

	forgetSkipped(paths: readonly string[]): void {
		for (const path of paths) this.#skipped.delete(path);
	}

	skipped(folder: string): readonly (Skipped & { readonly stamp: FileStamp })[] {
		return [...this.#skipped.values()]
			.filter(skipped => skipped.folder === folder)
			.map(({ path, code, detail, stamp }) => ({ path, code, detail, stamp }))
			.sort(byPath);
	}

	records(ids: readonly string[]): readonly (TrackRecord | null)[] {
		return ids.map(id => this.get(id));
	}

	get(id: string): TrackRecord | null {
		return this.#tracks.get(id) ?? null;
	}

	atPath(path: string): TrackRecord | null {
		return [...this.#tracks.values()].find(track => track.path === path) ?? null;
	}

	withContent(hash: string): readonly TrackRecord[] {
		return [...this.#tracks.values()].filter(track => track.contentHash === hash).sort(byPath);
	}

	tracks(folder?: string): readonly TrackRecord[] {
		return [...this.#tracks.values()]
			.filter(track => (folder === undefined ? this.isReachable(track.folder) : track.folder === folder))
			.sort(byPath);
	}

	search(text: string, offset: number, limit: number): { tracks: readonly TrackRecord[]; total: number } {
		const asked = searchWords(text);
		const found = this.tracks().filter(({ tags, labels, path }) => {
			const words = searchWords([tags.title, tags.artist, tags.album, path.split('/').at(-1), ...labels].join(' '));
			return asked.every(prefix => words.some(word => word.startsWith(prefix)));
		});
		return { tracks: found.slice(offset, offset + limit), total: found.length };
	}

	overview(): readonly FolderOverview[] {
		return this.folders().map(path => ({
			path,
			reachable: this.isReachable(path),
			tracks: this.tracks(path).length,
			skipped: this.skipped(path).map(({ path, code, detail }) => ({ path, code, detail })),
		}));
	}

	count(): number {
		return this.tracks().length;
	}

	analysis(id: string): TrackAnalysis {
		const content = this.#contents.get(this.#need(id).contentHash)!;
		if (!isReadable(content.version)) throw new EngineError('catalog-damaged', 'made by another version');
		return content.analysis;
	}

	recall(contentHash: string): TrackAnalysis | null {
		const content = this.#contents.get(contentHash);
		return content?.version === ANALYSIS_VERSION ? content.analysis : null;
	}

	sectionVectors(space: string): SectionVectors {
		const entries = [...this.#contents].flatMap(([hash, { vectors }]) => {
			const sections = vectors.get(space);
			const first = this.withContent(hash).find(track => this.isReachable(track.folder));
			return sections && first ? [{ id: first.id, ...sections }] : [];
		});
		const offsets = [0];
		for (const { spans } of entries) offsets.push(offsets.at(-1)! + spans.length);
		const made: SectionVectors = {
			space,
			ids: entries.map(({ id }) => id),
			offsets: Uint32Array.from(offsets),
			spans: entries.flatMap(({ spans }) => spans),
			vectors: {
				rows: offsets.at(-1)!,
				cols: entries[0]?.vectors.cols ?? 0,
				data: Float32Array.from(entries.flatMap(({ vectors }) => [...vectors.data])),
			},
		};
		const before = this.#answered.get(space);
		if (before && JSON.stringify(before) === JSON.stringify(made)) return before;
		this.#answered.set(space, made);
		return made;
	}

	close(): void {}

	#store(track: TrackRecord): TrackRecord {
		this.#tracks.set(track.id, track);
		this.#skipped.delete(track.path);
		this.#dropOrphans();
		return track;
	}

	#dropOrphans(): void {
		for (const hash of this.#contents.keys()) if (this.withContent(hash).length === 0) this.#contents.delete(hash);
	}

	#need(id: string): TrackRecord {
		const track = this.#tracks.get(id);
		if (!track) throw new EngineError('not-found', `no track ${id}`);
		return track;
	}

	#needFolder(folder: string): void {
		if (!this.#folders.has(folder)) throw new RangeError(`folder ${folder} is not in the catalogue`);
	}
}

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);

const isReadable = (version: number): boolean => version >= OLDEST_READABLE_VERSION && version <= ANALYSIS_VERSION;
