import { cutSide } from '../../crops/judge.js';
import type { CutAnalysis } from '../../features/cut-analysis.js';
import type { TrackAnalysis } from '../../features/track-analysis.js';
import type { Catalog, TrackRecord } from '../../jobs/catalog.js';
import { findCues } from '../../jobs/cues.js';
import type { Progress } from '../../jobs/ports.js';
import { refineCrop } from '../../jobs/refine-crop.js';
import { clipped, DEFAULT_DISTANCE, type SuggestSources, suggest } from '../../jobs/suggest.js';
import { viewOfPick } from '../../jobs/views.js';
import { EngineError } from '../../protocol/errors.js';
import type { Answer, DistanceName, Params, Suggestion } from '../../protocol/messages.js';
import type { Pick } from '../../suggestions/pick.js';
import { proposeRegions } from '../../suggestions/regions.js';
import type { Span } from '../../time/time.js';
import type { CropFiles } from '../crop-files.js';
import type { Cuts } from '../cuts.js';
import type { Comparing } from '../stored-music.js';
import type { VerdictFile } from '../verdict-file.js';

type Sources = {
	readonly catalog: Catalog;
	readonly analysis: (id: string) => Promise<TrackAnalysis>;
	readonly waiting: Comparing['waiting'];
	readonly sources: SuggestSources & { readonly energies: ReadonlyMap<string, number> };
};

type Parts = {
	readonly cuts: () => Cuts;
	readonly crops: () => CropFiles;
	readonly verdicts: () => VerdictFile;
	/** All of the catalogue, or what of it can be among the best for a question; by a model that answered before. */
	readonly music: (
		asked: { readonly cut: CutAnalysis; readonly params: Params<'suggest'> } | null,
		model?: string,
	) => Promise<Sources>;
};

/** Suggesting crops, changing them, making what is heard of them, and whole cuts' worth of them. */
export const cropHandlers = ({ cuts, crops, verdicts, music }: Parts) => {
	const view = async (
		pick: Pick,
		track: TrackRecord,
		range: Span,
		distance: DistanceName,
		{ analysis, sources }: Sources,
	): Promise<Suggestion> =>
		viewOfPick(
			pick,
			track,
			await analysis(pick.id),
			range,
			{ name: distance, model: sources.embedding.id },
			sources.energies.get(pick.id) ?? null,
		);

	return {
		suggest: async (
			params: Params<'suggest'>,
			onProgress: (progress: Progress) => void,
			signal?: AbortSignal,
		): Promise<Answer<'suggest'>> => {
			const { analysis: cut } = await cuts().get(params.cut);
			const found = await music({ cut, params });
			const { favourites } = verdicts();
			const mayTakePart = (id: string): boolean => !params.filter?.favourites || favourites.has(id);
			const { picks, considered } = await suggest(cut, params, found.sources, onProgress, signal, mayTakePart);
			const range = clipped(params.range ?? { start: 0, end: cut.duration }, cut);
			const tracks = await found.catalog.records(picks.map(({ id }) => id));
			const suggestions: Suggestion[] = [];
			for (const [k, pick] of picks.entries()) {
				const track = tracks[k];
				// One may have been removed since it was ranked.
				if (track) suggestions.push(await view(pick, track, range, params.distance ?? DEFAULT_DISTANCE, found));
			}
			const { waiting } = found;
			return { suggestions, considered, cut: params.cut, ...(waiting && { waiting }) };
		},
		'crop.refine': async (params: Params<'crop.refine'>): Promise<Answer<'crop.refine'>> => {
			const { analysis: cut } = await cuts().get(params.cut);
			const found = await music(null, params.basis.model);
			const { pick, range, changes, scoreBefore } = await refineCrop(cut, params, found.sources);
			const track = await trackNamed(found.catalog, pick.id);
			const suggestion = await view(pick, track, range, DEFAULT_DISTANCE, found);
			return { suggestion, changes: [...changes], scoreBefore };
		},
		'crop.render': async (
			params: Params<'crop.render'>,
			_onProgress: (progress: Progress) => void,
			signal?: AbortSignal,
		): Promise<Answer<'crop.render'>> => {
			const { analysis: cut } = await cuts().get(params.cut);
			const track = await trackNamed((await music(null)).catalog, params.track);
			const side = cutSide(cut, clipped(params.range ?? { start: 0, end: cut.duration }, cut));
			const options = {
				plan: params.plan,
				length: side.length,
				format: params.format,
				loudness: params.loudness,
				speech: params.duck ? side.speech : [],
			};
			const { name, clips, ...rendered } = await crops().render(track, options, signal);
			return { ...rendered, format: params.format, url: `/media/crops/${name}`, clips: [...clips] };
		},
		regions: async ({ cut, ...limits }: Params<'regions'>): Promise<Answer<'regions'>> => ({
			regions: proposeRegions((await cuts().get(cut)).analysis, limits),
		}),
		cues: async (
			params: Params<'cues'>,
			onProgress: (progress: Progress) => void,
			signal?: AbortSignal,
		): Promise<Answer<'cues'>> => {
			const { analysis: cut } = await cuts().get(params.cut);
			const found = await music(null);
			const cues = await findCues(cut, params, found.sources, onProgress, signal);
			const answered: Answer<'cues'>['cues'] = [];
			for (const { region, why, pick } of cues) {
				const track = pick && (await found.catalog.get(pick.id));
				const suggestion = track ? await view(pick, track, region, DEFAULT_DISTANCE, found) : null;
				answered.push({ region, why, suggestion });
			}
			return { cues: answered };
		},
	};
};

const trackNamed = async (catalog: Catalog, id: string): Promise<TrackRecord> => {
	const track = await catalog.get(id);
	if (track === null) throw new EngineError('not-found', 'this track is not in the catalogue, or no longer');
	return track;
};
