import type { Catalog } from '../../jobs/catalog.js';
import { EngineError } from '../../protocol/errors.js';
import type { Params, Verdicts } from '../../protocol/messages.js';
import type { Cuts } from '../cuts.js';
import type { Taste } from '../taste.js';
import type { VerdictFile } from '../verdict-file.js';

type Parts = {
	readonly verdicts: () => VerdictFile;
	readonly cuts: () => Cuts;
	readonly catalog: () => Catalog;
	readonly taste: () => Taste;
};

/** What the editor thinks of tracks: kept, and told again. */
export const verdictHandlers = ({ verdicts, cuts, catalog, taste }: Parts) => {
	const holding = async (edit: string | null): Promise<Verdicts> => {
		const named = async (ids: ReadonlySet<string>): Promise<Verdicts['favourites']> => {
			const records = await catalog().records([...ids]);
			// What has left the catalogue has no name, and is named again when it is back.
			return records.flatMap(track =>
				track === null ? [] : [{ id: track.id, title: track.tags.title, artist: track.tags.artist }],
			);
		};
		const rejected = edit === null ? new Set<string>() : verdicts().rejectedFor(edit);
		return {
			favourites: await named(verdicts().favourites),
			rejected: await named(rejected),
			judged: taste().judged,
		};
	};
	const editOf = async (cut: string | null): Promise<string | null> => cut && cuts().edit(cut);

	return {
		'verdict.give': async ({ cut, ...said }: Params<'verdict.give'>): Promise<Verdicts> => {
			const edit = await editOf(cut);
			if (edit === null && (said.verdict === 'rejected' || said.verdict === 'allowed')) {
				throw new EngineError('bad-request', 'a track is rejected for a cut: name it');
			}
			if ((await catalog().get(said.track)) === null) {
				throw new EngineError('not-found', 'this track is not in the catalogue, or no longer');
			}
			verdicts().add({ at: new Date().toISOString(), edit, ...said });
			return holding(edit);
		},
		'verdict.list': async ({ cut }: Params<'verdict.list'>): Promise<Verdicts> => holding(await editOf(cut)),
	};
};
