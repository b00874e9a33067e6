/*
 * Every term of priority, in the order in which they are added: floor and
 * clamp look at the sum so far.  See score/term.h.
 */
SM_TERM(urgency)
SM_TERM(severity)
SM_TERM(intent)
SM_TERM(customer_value)
SM_TERM(influence)
SM_TERM(addressed_to_us)
SM_TERM(cluster)
SM_TERM(spam)
SM_TERM(floor)
SM_TERM(clamp)
