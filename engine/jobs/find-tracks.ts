import type { TrackAnalysis } from '../features/track-analysis.js';
import { EngineError } from '../protocol/errors.js';
import type { Params } from '../protocol/messages.js';
import type { TrackSections } from '../ranking/track-sections.js';
import { likenessTo, meanFeatures } from '../suggestions/similar-tracks.js';
import type { Catalog, TrackRecord } from './catalog.js';
import { trackEnergies } from './track-energies.js';
import { passes } from './track-filter.js';

export type FindSources = {
	readonly catalog: Pick<Catalog, 'search' | 'count' | 'withContent'>;
	/** Placed in the space of `affect`. */
	readonly sections: TrackSections;
	readonly analysis: (id: string) => Promise<TrackAnalysis>;
	/** By id. */
	readonly favourites: ReadonlySet<string>;
};

export type FoundTrack = { readonly record: TrackRecord; readonly energy: number | null };

/** Tracks that likeness is worked out for at most, each of which may have to be read from the disk. */
const COMPARED = 4_000;

/**
 * The catalogue's tracks for a text and a filter: in order of path, or of likeness to one of them, which is left out then.
 *
 * @throws EngineError 'not-found' for likeness to a track that isn't there
 */
export const findTracks = async (
	{ text = '', filter = {}, like, offset, limit }: Params<'catalog.tracks'>,
	{ catalog, sections, analysis, favourites }: FindSources,
	signal?: AbortSignal,
): Promise<{ tracks: readonly FoundTrack[]; total: number }> => {
	const energyOf = energies(sections, catalog);
	const known = async (record: TrackRecord): Promise<FoundTrack> => ({ record, energy: await energyOf(record) });
	if (like === undefined && Object.values(filter).every(bound => bound === undefined)) {
		const { tracks, total } = await catalog.search(text, offset, limit);
		return { tracks: await Promise.all(tracks.map(known)), total };
	}
	const all = await catalog.search(text, 0, await catalog.count());
	const found = (await Promise.all(all.tracks.map(known))).filter(
		({ record, energy }) => passes(filter, record, energy) && (!filter.favourites || favourites.has(record.id)),
	);
	const ordered = like === undefined ? found : await byLikeness(like, found, analysis, signal);
	return { tracks: ordered.slice(offset, offset + limit), total: ordered.length };
};

/** Copies of one content have one entry among the sections, under the id of the first by path. */
const energies = (
	sections: TrackSections,
	catalog: Pick<Catalog, 'withContent'>,
): ((record: TrackRecord) => Promise<number | null>) => {
	const known = trackEnergies(sections);
	return async ({ id, contentHash }) => {
		const own = known.get(id);
		if (own !== undefined) return own;
		const copies = await catalog.withContent(contentHash);
		return copies.map(copy => known.get(copy.id)).find(energy => energy !== undefined) ?? null;
	};
};

const byLikeness = async (
	like: string,
	found: readonly FoundTrack[],
	analysis: (id: string) => Promise<TrackAnalysis>,
	signal: AbortSignal | undefined,
): Promise<FoundTrack[]> => {
	const heard = async (id: string): Promise<Float64Array> => {
		signal?.throwIfAborted();
		const { features, tags } = await analysis(id);
		return meanFeatures(features, tags);
	};
	const query = await heard(like).catch(cause => {
		throw new EngineError('not-found', 'the track to compare with is not in the catalogue', { cause });
	});
	const compared = found.filter(({ record }) => record.id !== like).slice(0, COMPARED);
	const features: Float64Array[] = [];
	for (const { record } of compared) features.push(await heard(record.id));
	const likeness = likenessTo(query, features);
	return compared
		.map((track, k) => ({ track, likeness: likeness[k]! }))
		.sort((a, b) => b.likeness - a.likeness || (a.track.record.path < b.track.record.path ? -1 : 1))
		.map(({ track }) => track);
};
