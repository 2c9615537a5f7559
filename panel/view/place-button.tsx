import { usePage, useView } from './page-context.js';

type PlaceButtonProps = { readonly index: number; readonly title: string; readonly isSelected: boolean };

/** Lays this pick under the edit: the third click. */
export const PlaceButton = ({ index, title, isSelected }: PlaceButtonProps) => {
	const { store, commands } = usePage();
	const { placing } = useView();
	const isRunning = placing.step.state === 'running';
	return (
		<button
			type="button"
			className="row-action place"
			aria-label={`Place ${title}`}
			aria-keyshortcuts={isSelected ? 'Enter' : undefined}
			tabIndex={isSelected ? 0 : -1}
			disabled={isRunning}
			onClick={() => {
				store.dispatch({ type: 'select', index });
				void commands.placing.place();
			}}
		>
			Place
		</button>
	);
};
