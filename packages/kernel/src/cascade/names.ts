/** Name of the saga that deletes a resource with what it has; the flush knows its tasks by it. */
export const CASCADE_SAGA = 'cascade.delete'
