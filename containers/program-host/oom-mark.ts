/** A line on stdout that the runtime takes for itself: the process wants to be seen as killed for its memory. */
export const OOM_MARK = '\0probelab:oom';
