# Figures of R's own packages on data that ship with them, as JSON; read by test_r.py.
#
# lsat6: Law School Admission Test, section 6 (Bock & Lieberman 1970), in psych.
# VerbAgg: 316 people, 24 situations of verbal aggression (Vansteelandt 2000), in lme4.
# Shrout & Fleiss 1979, table 2, typed in.
suppressMessages({library(psych); library(eRm); library(lme4)})

row <- function(values) paste0("[", paste(format(unname(values), digits = 10), collapse = ", "), "]")
data(bock)
classical <- alpha(lsat6, check.keys = FALSE, warnings = FALSE)
totals <- rowSums(lsat6)
rasch <- RM(as.matrix(lsat6))
judges <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7),
                 ncol = 4, byrow = TRUE)
agreement <- ICC(judges, lmer = FALSE)$results$ICC

# A Rasch model by marginal maximum likelihood, and one with a deviation of each kind of behaviour.
VerbAgg$y <- as.integer(VerbAgg$r2 == "Y")
flat <- glmer(y ~ 0 + item + (1 | id), VerbAgg, binomial, nAGQ = 15,
              control = glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5)))
deep <- glmer(y ~ 0 + item + (1 | id / btype), VerbAgg, binomial,
              control = glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5)))
people <- levels(VerbAgg$id)
kinds <- levels(VerbAgg$btype)
whole <- ranef(deep)$id[people, 1]
inside <- ranef(deep)$`btype:id`
if (is.null(inside)) inside <- ranef(deep)[["id:btype"]]
cell <- function(person, kind) {
  name <- paste(kind, person, sep = ":")
  if (!(name %in% rownames(inside))) name <- paste(person, kind, sep = ":")
  inside[name, 1]
}
domains <- unlist(lapply(seq_along(people), function(i)
  sapply(kinds, function(kind) whole[i] + cell(people[i], kind))))
spread <- as.data.frame(VarCorr(deep))
VerbAgg <- VerbAgg[order(as.integer(VerbAgg$id), as.integer(VerbAgg$item)), ]
items <- levels(VerbAgg$item)
kind_of <- sapply(items, function(item)
  as.integer(VerbAgg$btype[VerbAgg$item == item][1]) - 1)

cat("{\"lsat\": ", paste0("[", paste(apply(lsat6, 1, row), collapse = ", "), "]"),
    ", \"facility\": ", row(colMeans(lsat6)),
    ", \"discrimination\": ", row(classical$item.stats$r.drop),
    ", \"kr20\": ", format(classical$total$raw_alpha, digits = 10),
    ", \"sem\": ", format(sd(totals) * sqrt(1 - classical$total$raw_alpha), digits = 10),
    ", \"rasch\": ", row(-rasch$betapar),
    ", \"rasch_se\": ", row(rasch$se.beta),
    ", \"icc\": ", row(agreement[c(2, 5)]),
    ", \"aggression\": ", row(VerbAgg$y),
    ", \"kinds\": ", row(kind_of),
    ", \"marginal\": ", row(-fixef(flat)),
    ", \"marginal_spread\": ", format(attr(VarCorr(flat)$id, "stddev")[[1]], digits = 10),
    ", \"easiness\": ", row(fixef(deep)),
    ", \"spread_of_people\": ", format(spread$sdcor[spread$grp == "id"], digits = 10),
    ", \"spread_of_kinds\": ", format(spread$sdcor[spread$grp != "id"], digits = 10),
    ", \"people\": ", row(whole),
    ", \"people_in_kinds\": ", row(domains),
    "}\n", sep = "")
