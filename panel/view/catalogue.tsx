import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { SearchField } from '@adobe/react-spectrum/SearchField';
import Close from '@spectrum-icons/workflow/Close';
import { useEffect, useRef, useState } from 'react';
import type { TrackView } from '../../engine/protocol/messages.js';
import type { Notice } from '../state/notice.js';
import { counted } from '../state/words.js';
import { CatalogueFolders } from './catalogue-folders.js';
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

/** The catalogue beside the cut: its folders, what indexing does, and every track to search and to hear. */
export default function Catalogue({ searches, notices }: CatalogueProps) {
	const { store } = usePage();
	const { catalog } = useView();
	const [text, setText] = useState('');
	const [heard, setHeard] = useState<TrackView | null>(null);
	const { tracks, total, problem, more } = useTracks(text, catalog?.tracks ?? 0);
	const field = useRef<HTMLElement>(null);
	useEffect(() => {
		if (searches > 0) field.current?.querySelector('input')?.focus();
	}, [searches]);
	const close = (): void => store.dispatch({ type: 'catalogue', shown: false });
	return (
		<section className="catalogue" aria-label="Catalogue">
			<div className="title-line">
				<h2>Catalogue</h2>
				<span className="spring" />
				<ActionButton isQuiet aria-label="Close the catalogue" onPress={close}>
					<Close />
				</ActionButton>
			</div>
			<NoticeList notices={notices} />
			<CatalogueFolders />
			<search ref={field}>
				<SearchField
					aria-label="Search the catalogue"
					placeholder="Title, artist, mood…"
					width="100%"
					value={text}
					onChange={setText}
				/>
			</search>
			<p className="dim" role="status">
				{problem ?? (text === '' ? counted(total, 'track') : `${counted(total, 'track')} for ‘${text}’`)}
			</p>
			<TrackList tracks={tracks} heard={heard} onHear={setHeard} />
			{tracks.length < total && problem === null && (
				<div className="more">
					<ActionButton onPress={more}>Show more</ActionButton>
				</div>
			)}
			{heard !== null && <TrackPlayer key={heard.id} track={heard} onClose={() => setHeard(null)} />}
		</section>
	);
}
