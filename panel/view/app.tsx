import { defaultTheme } from '@adobe/react-spectrum/defaultTheme';
import { Provider, useProvider } from '@adobe/react-spectrum/Provider';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Page } from '../client/page.js';
import type { Notice } from '../state/notice.js';
import { notices } from '../state/notices.js';
import { xOf } from '../state/time-axis.js';
import { CutSection } from './cut-section.js';
import { LiveRegion } from './live-region.js';
import { NoCut } from './no-cut.js';
import { NoticeList } from './notice-list.js';
import { PageContext, usePage, usePosition, useView } from './page-context.js';
import { ResultList } from './result-list.js';
import { TopBar } from './top-bar.js';
import { useDrop } from './use-drop.js';
import { useKeys } from './use-keys.js';
import { useTheme } from './use-theme.js';

const Catalogue = lazy(() => import('./catalogue.js'));
const Dialogs = lazy(() => import('./dialogs/dialogs.js'));

/** The whole page. */
export const App = ({ page }: { page: Page }) => {
	useEffect(() => page.open(), [page]);
	return (
		<PageContext.Provider value={page}>
			<Themed />
		</PageContext.Provider>
	);
};

const Themed = () => {
	const scheme = useTheme();
	return (
		<Provider theme={defaultTheme} locale="en-GB" {...(scheme && { colorScheme: scheme })}>
			<Layout />
		</Provider>
	);
};

/** Told in the catalogue, where one looks for it. */
const ONLY_IN_CATALOGUE: readonly Notice['id'][] = ['files-skipped', 'folder-without-audio'];

const Layout = () => {
	const page = usePage();
	const state = useView();
	const { colorScheme } = useProvider();
	const { store, commands } = page;
	const said = useMemo(() => notices(state), [state]);
	const at = (place: Notice['place']): readonly Notice[] => said.filter(notice => notice.place === place);
	const { isOver, handlers } = useDrop(file => void commands.cuts.open({ kind: 'file', file }));

	const [searches, setSearches] = useState(0);
	const search = useCallback(() => {
		store.dispatch({ type: 'catalogue', shown: true });
		setSearches(before => before + 1);
	}, [store]);
	useKeys(page, search);

	const { cut } = state;
	const ofCatalogue = at('catalogue').filter(({ id }) => !state.catalogueShown && !ONLY_IN_CATALOGUE.includes(id));
	return (
		<div className={state.catalogueShown ? 'page with-catalogue' : 'page'} data-scheme={colorScheme} {...handlers}>
			<TopBar />
			<div className="notices-on-top">
				<NoticeList notices={[...at('engine'), ...ofCatalogue]} />
			</div>
			<main>
				<div className="cut-side">
					{cut.state === 'open' ? (
						<Timeline axis={cut.range}>
							<CutSection open={cut} />
							<NoticeList notices={at('cut')} />
							<ResultList open={cut} notices={at('results')} />
						</Timeline>
					) : (
						<NoCut notices={at('cut')} />
					)}
				</div>
				{state.catalogueShown && (
					<Suspense fallback={<section className="catalogue" aria-label="Catalogue" />}>
						<Catalogue searches={searches} notices={at('catalogue')} />
					</Suspense>
				)}
			</main>
			<footer className="dim">Everything stays on this computer: no file and no search leaves it.</footer>
			{isOver && <div className="drop">Drop a video or a timeline to open it</div>}
			<Suspense fallback={null}>{state.dialog !== null && <Dialogs name={state.dialog} />}</Suspense>
			<LiveRegion />
		</div>
	);
};

/** Everything on one time axis; moves all its playheads at once. */
const Timeline = ({ axis, children }: { axis: { start: number; end: number }; children: React.ReactNode }) => {
	const reference = useRef<HTMLDivElement>(null);
	usePosition(position => {
		const isInside = position >= axis.start && position <= axis.end;
		reference.current?.style.setProperty('--playhead', isInside ? `${xOf(position, axis, 100)}%` : '-100vw');
	});
	return (
		<div ref={reference} className="timeline">
			{children}
		</div>
	);
};
