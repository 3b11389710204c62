/** The element of a report that has the state of its widgets. */
export const WIDGETS_ID = 'report-widgets';
