import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Item, Picker } from '@adobe/react-spectrum/Picker';
import { SearchField } from '@adobe/react-spectrum/SearchField';
import { ToggleButton } from '@adobe/react-spectrum/ToggleButton';
import Close from '@spectrum-icons/workflow/Close';
import Filter from '@spectrum-icons/workflow/Filter';
import { useEffect, useRef, useState } from 'react';
import type { TrackFilter, TrackView } from '../../engine/protocol/messages.js';
import type { Notice } from '../state/notice.js';
import { counted } from '../state/words.js';
import { CatalogueFolders } from './catalogue-folders.js';
import { FilterFields } from './filter-fields.js';
import { NoticeList } from './notice-list.js';
import { usePage, useView } from './page-context.js';
import { TrackList } from './track-list.js';
import { TrackPlayer } from './track-player.js';
import { useTracks } from './use-tracks.js';

type CatalogueProps = {
	/** How often the search was asked for by its key: each time takes the focus there. */
	readonly searches: number;
	readonly notices: readonly Notice[];
};

const VOICES: Readonly<Record<NonNullable<TrackFilter['vocals']>, string>> = {
	any: 'With or without singing',
	instrumental: 'Instrumental',
	vocal: 'With singing',
};

/** The catalogue beside the cut: its folders, what indexing does, and every track to find and to hear. */
export default function Catalogue({ searches, notices }: CatalogueProps) {
	const { store } = usePage();
	const { catalog, like } = useView();
	const [text, setText] = useState('');
	const [filter, setFilter] = useState<TrackFilter>({});
	const [isFiltering, setFiltering] = useState(false);
	const [heard, setHeard] = useState<TrackView | null>(null);
	const query = { text: text.trim(), filter, like: like?.id ?? null };
	const { tracks, total, problem, more } = useTracks(query, catalog?.tracks ?? 0);
	const field = useRef<HTMLElement>(null);
	useEffect(() => {
		if (searches > 0) field.current?.querySelector('input')?.focus();
	}, [searches]);
	const show = (change: { shown: boolean; like?: null }): void => store.dispatch({ type: 'catalogue', ...change });
	const { vocals = 'any', ...bounds } = filter;
	const isFiltered = Object.keys(filter).length > 0;
	return (
		<section className="catalogue" aria-label="Catalogue">
			<div className="title-line">
				<h2>Catalogue</h2>
				<span className="spring" />
				<ActionButton isQuiet aria-label="Close the catalogue" onPress={() => show({ shown: false })}>
					<Close />
				</ActionButton>
			</div>
			<NoticeList notices={notices} />
			<CatalogueFolders />
			<search ref={field} className="finding">
				<SearchField
					aria-label="Search the catalogue"
					placeholder="Title, artist, mood…"
					flex="1"
					minWidth="0"
					value={text}
					onChange={setText}
				/>
				<ToggleButton
					isSelected={isFiltering}
					onChange={setFiltering}
					aria-label={isFiltered ? 'Filters, some are set' : 'Filters'}
					aria-expanded={isFiltering}
					isEmphasized={isFiltered}
				>
					<Filter />
				</ToggleButton>
			</search>
			{isFiltering && (
				<>
					<FilterFields
						filter={bounds}
						onChange={next => setFilter({ ...next, ...(vocals !== 'any' && { vocals }) })}
					/>
					<Picker
						aria-label="Singing"
						width="100%"
						selectedKey={vocals}
						onSelectionChange={key =>
							setFilter({ ...bounds, ...(key !== 'any' && { vocals: key as 'instrumental' | 'vocal' }) })
						}
					>
						{Object.entries(VOICES).map(([key, name]) => (
							<Item key={key}>{name}</Item>
						))}
					</Picker>
				</>
			)}
			{like !== null && (
				<p className="like">
					<span>
						Most like <strong>{like.title}</strong> first
					</span>
					<ActionButton isQuiet onPress={() => show({ shown: true, like: null })}>
						All tracks
					</ActionButton>
				</p>
			)}
			<p className="dim" role="status">
				{problem ?? `${counted(total, 'track')}${text === '' ? '' : ` for ‘${text}’`}${isFiltered ? ', filtered' : ''}`}
			</p>
			<TrackList
				tracks={tracks}
				heard={heard}
				onHear={setHeard}
				onLike={({ id, title }) => store.dispatch({ type: 'catalogue', shown: true, like: { id, title } })}
			/>
			{tracks.length < total && problem === null && (
				<div className="more">
					<ActionButton onPress={more}>Show more</ActionButton>
				</div>
			)}
			{heard !== null && <TrackPlayer key={heard.id} track={heard} onClose={() => setHeard(null)} />}
		</section>
	);
}
