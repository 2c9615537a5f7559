import { alignTrack } from '../../jobs/align-track.js';
import { DEFAULT_DISTANCE } from '../../jobs/suggest.js';
import { viewOfAlignment } from '../../jobs/views.js';
import { EngineError } from '../../protocol/errors.js';
import type { Answer, Params } from '../../protocol/messages.js';
import { sectionsOf } from '../../ranking/track-sections.js';
import { segmentsInRange } from '../../suggestions/segments-in-range.js';
import type { Cuts } from '../cuts.js';
import type { StoredMusic } from '../stored-music.js';

/** How the segments of a cut and the sections of a track are laid beside each other. */
export const alignmentHandlers = (cuts: () => Cuts, music: () => StoredMusic) => ({
	alignment: async (params: Params<'alignment'>): Promise<Answer<'alignment'>> => {
		const { analysis: cut } = await cuts().get(params.cut);
		const { catalog, embedding, sections, analysis } = await music().musicSources();
		const track = await catalog.get(params.track);
		const copies = track === null ? [] : await catalog.withContent(track.contentHash);
		const index = sections.ids.findIndex(id => copies.map(copy => copy.id).includes(id));
		if (index === -1) throw new EngineError('not-found', 'this track is not in the catalogue, or no longer');
		const range = params.range ?? { start: 0, end: cut.duration };
		const segments = segmentsInRange(cut, range);
		const query = {
			spans: segments.map(({ start, end }) => ({ start: start - range.start, end: end - range.start })),
			vectors: await embedding.embedCut(cut, segments),
		};
		const name = params.distance ?? DEFAULT_DISTANCE;
		const aligned = alignTrack(query, sectionsOf(sections, index), params.pieces, name);
		return viewOfAlignment(aligned, segments, sectionsOf(sections, index).spans, await analysis(params.track), name);
	},
});
