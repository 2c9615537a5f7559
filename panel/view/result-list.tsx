import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { Notice } from '../state/notice.js';
import { FIRST_PICKS, type OpenCut, resultsOf, shownOf } from '../state/view-state.js';
import { counted, grouped } from '../state/words.js';
import { NoticeList } from './notice-list.js';
import { usePage, useView } from './page-context.js';
import { ResultRow } from './result-row.js';

const RefineView = lazy(() => import('./refine/refine-view.js'));

/** What was found: three picks, more when asked for, all on the cut's own time axis. */
export const ResultList = ({ open, notices }: { open: OpenCut; notices: readonly Notice[] }) => {
	const { store } = usePage();
	const rejected = useView().verdicts.rejected.length;
	const results = resultsOf(open);
	const grid = useRef<HTMLDivElement>(null);
	useFocusOnSelection(grid, open);
	const rest = results === null || results.expanded || results.refining ? 0 : results.suggestions.length - FIRST_PICKS;
	const isOutdated = notices.some(({ id }) => id === 'list-outdated');
	return (
		<section className="results" aria-label="Suggestions">
			<div className="results-line">
				<NoticeList notices={notices} />
				{results !== null && notices.length === 0 && (
					<p
						className="dim"
						title={`Compared by ${results.suggestions[0]?.distance.name.replaceAll('-', ' ')}, by movement and by beats`}
					>
						The best of {counted(results.considered, 'track')}
					</p>
				)}
			</div>
			{results?.refining && results.suggestions.length > 0 && (
				<Suspense fallback={null}>
					<RefineView open={open} results={results} />
				</Suspense>
			)}
			{results !== null && !results.refining && results.suggestions.length > 0 && (
				// biome-ignore lint/a11y/useSemanticElements: a grid of rows with one focus; a table has none
				<div
					ref={grid}
					role="grid"
					aria-label="Picks"
					className={`grid${isOutdated ? ' outdated' : ''}${results.expanded ? '' : ' few'}`}
				>
					{shownOf(results).map((suggestion, index) => (
						<ResultRow
							key={`${suggestion.track.id} ${suggestion.crop.start}`}
							open={open}
							suggestion={suggestion}
							index={index}
							isSelected={index === results.selected}
						/>
					))}
				</div>
			)}
			<div className="more">
				{rest > 0 && (
					<ActionButton onPress={() => store.dispatch({ type: 'expand' })}>{grouped(rest)} more</ActionButton>
				)}
				{results !== null && !results.refining && rejected > 0 && (
					<ActionButton isQuiet onPress={() => store.dispatch({ type: 'dialog', dialog: 'rejected' })}>
						{grouped(rejected)} rejected…
					</ActionButton>
				)}
			</div>
		</section>
	);
};

/**
 * Takes the focus to the selected row: when a new list comes, so that the arrows and Space go on from there, and with each
 * step while the focus is in the list. Whoever is writing or in a dialog is left alone.
 */
const useFocusOnSelection = (grid: React.RefObject<HTMLDivElement | null>, open: OpenCut): void => {
	const results = resultsOf(open);
	const list = results?.suggestions;
	const selected = results?.selected;
	const lastList = useRef(list);
	useEffect(() => {
		const isNew = lastList.current !== list;
		lastList.current = list;
		const { activeElement } = document;
		const isInside = grid.current?.contains(activeElement) ?? false;
		const isFree = activeElement === null || activeElement === document.body || activeElement.closest('.page') !== null;
		const isWriting = activeElement?.matches('input, textarea') ?? false;
		if (selected === undefined || !(isInside || (isNew && isFree && !isWriting))) return;
		const row = grid.current?.querySelectorAll<HTMLElement>('[role=row]')[selected];
		row?.focus({ preventScroll: true });
		row?.scrollIntoView({ block: 'nearest' });
	}, [grid, list, selected]);
};
