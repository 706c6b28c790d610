# SPDX-License-Identifier: GPL-3.0-or-later
#
# make run        install what is missing, build, open the shell
# make test       the same, then every test (T="FILE ..." for some of them)
# make            build only; says what is missing and installs nothing
# make book       the course as web pages, in English and Chinese: build/book/index.html. Printed, they have no
#                 solutions; FOLDS=open makes build/book-open, the teacher's edition, which has them all
# make install    PREFIX=/usr/local DESTDIR=; make uninstall. Where AppArmor is in use, its profile, too
# make soak       the tests of crashes and faults at length: 1,000 points, every call
# make bench      measure beside the yardsticks
# make check-asan every test under AddressSanitizer and UBSan
# make test-repeat N=200   the tests again and again, beside busy loops and a neighbour who makes objects
# make fuzz SECONDS=60 each target of tests/fuzz for so long (clang); T="line lesson" for some
# make fresh      run and test on a bare root that debootstrap makes, as root and as a user (as root)
# make coverage LEAST=95   every test with gcov: fails where fewer % of lines were executed, or one was
#                          not that tests/uncovered does not justify
# make po         brings po/*.po up to date with the sources; then translate what is new
# make format | layers | clean
#
# Knobs: WERROR=1, SAN=1 (builds in build-asan), STATIC= (shared libraries only), SETUP=no
# (never install), B=DIR (build there), CC, CFLAGS, LDFLAGS.

LAYERS := base call ipc proc session view lesson shell ui

B	:= build$(if $(SAN),-asan)$(if $(FUZZ),-fuzz)$(if $(COV),-cov)
PREFIX	?= /usr/local
BINDIR	= $(PREFIX)/bin
DATADIR	= $(PREFIX)/share/ipcsh
MANDIR	= $(PREFIX)/share/man
SYSCONFDIR ?= /etc
# Says Y where AppArmor is in use; then user namespaces may want a profile.
APPARMOR ?= /sys/module/apparmor/parameters/enabled
N	?= 200
CFLAGS	?= -O2 -g
STATIC	?= 1
SETUP	?= install
GOALS	:= $(or $(MAKECMDGOALS),all)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

# These compile nothing.
UNBUILT	:= clean uninstall format layers setup book po fresh

# What the machine has: written by setup.sh, which also installs for the goals that may.
MAY	:= $(if $(filter run test test-repeat check-asan soak bench book,$(GOALS)),$(SETUP),no)
ifneq ($(filter-out $(UNBUILT),$(GOALS)),)
include $(B)/config.mk
$(B)/config.mk: setup.sh
	@CC='$(CC)' ./setup.sh --$(MAY) --config $@ build
LIBS_SHARED += -ldl
LIBS_STATIC += -ldl
endif

# Shared libraries cost a fifth of a millisecond each at start: link the .a where there is one, and
# load at need the one that has none (view/scols.c). dlopen(3) was in libdl before glibc 2.34.
# For the same reason symbols are bound when first used, and the program has a fixed address.
ifdef FUZZ
EXTRA	:= -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LINK	:= $(EXTRA)
LIBS	= $(LIBS_SHARED)
else ifdef COV
# as builtins these would write and forget the counters of all
EXTRA	:= --coverage -fdata-sections -fno-pie $(addprefix -fno-builtin-,fork execl execlp execle execv execvp execve)
LINK	= --coverage -no-pie -Wl,-z,lazy -Wl,-T,tests/cover/counters.ld \
	  -Wl,--wrap=__gcov_exit -DCOUNTERS='"$(abspath $@).counters"' tests/cover/counters.c
LIBS	= $(LIBS_SHARED)
else ifdef SAN
EXTRA	:= -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LINK	:= $(EXTRA)
LIBS	= $(LIBS_SHARED)
else
EXTRA	:= -fno-pie
LINK	:= -no-pie -Wl,-z,lazy
LIBS	= $(if $(STATIC),$(LIBS_STATIC),$(LIBS_SHARED))
endif
LINK	+= -Wl,--as-needed -Wl,-O1 -Wl,--hash-style=gnu
COMPILE	= $(CC) -std=gnu17 -D_GNU_SOURCE -Wall -Wextra $(if $(WERROR),-Werror) -Isrc \
	  -DLESSONS_DIR='"$(DATADIR)/lessons"' -DCATALOGUES='"$(abspath $(B))/words"' $(LIB_CFLAGS) $(EXTRA) $(CPPFLAGS) $(CFLAGS)

# The chain of archives, each layer before those it may use. A layer without a source has none.
SRC	:= $(sort $(wildcard $(LAYERS:%=src/%/*.c)))
obj	= $(patsubst src/%.c,$(B)/obj/%.o,$(1))
ARCS	:=
define layer
ifneq ($$(wildcard src/$(1)/*.c),)
ARCS	:= $(B)/lib/$(1).a $$(ARCS)
$(B)/lib/$(1).a: $$(call obj,$$(filter src/$(1)/%,$$(SRC)))
endif
ARCS_$(1) := $$(ARCS)
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

PROG	:= $(if $(wildcard src/main.c),$(B)/ipcsh)
UNITS	:= $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
TOOLS	:= $(patsubst tests/tools/%.c,$(B)/tools/%,$(filter-out %/starve.c,$(wildcard tests/tools/*.c))) \
	   $(B)/tools/starve.so
BENCHES	:= $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))

# The shell's words in other languages: po/LANGUAGE.po, linked in by base/lang.c.
LANGUAGES := $(patsubst po/%.po,%,$(wildcard po/*.po))
$(B)/words/%.mo: po/%.po
	$(call say,MO) $(cmd) msgfmt --check --endianness=little -o $@ $< $(again)
$(B)/obj/base/lang.o: $(LANGUAGES:%=$(B)/words/%.mo)

# $(call remember,FILE,TEXT): FILE is newer than what was built with another TEXT.
remember = $(if $(filter-out $(UNBUILT),$(GOALS)),$(if \
	   $(call same,$(file <$(1)),$(2)),,$(shell mkdir -p $(dir $(1)))$(file >$(1),$(2))))
same	= $(and $(findstring x$(1)x,x$(2)x),$(findstring x$(2)x,x$(1)x))
$(call remember,$(B)/flags,$(COMPILE))
$(call remember,$(B)/links,$(CC) $(LINK) $(LDFLAGS) $(LIBS) $(SRC))

# A failure may come from a package that went away: look again the next time.
again	= || { rm -f $(B)/config.mk; exit 1; }
say	= @$(if $(V),,echo "  $(1)	$@";)
cmd	= $(if $(V),set -x;) mkdir -p $(@D) &&

.PHONY: all run test test-repeat soak check-asan bench fuzz fuzzers coverage covered fresh book po layers format setup install uninstall clean
all: $(or $(PROG),$(ARCS))

$(B)/ipcsh: $(B)/obj/main.o $(ARCS) $(B)/links
	$(call say,LD) $(cmd) $(CC) $(LINK) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LIBS) $(again)

$(B)/lib/%.a: $(B)/links
	$(call say,AR) $(cmd) rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(B)/obj/%.o: src/%.c $(B)/flags
	$(call say,CC) $(cmd) $(COMPILE) -MMD -MP -c -o $@ $< $(again)

$(B)/flags $(B)/links: ;

# tests/unit/LAYER_NAME.c sees its own layer's archive and those below, once each and in order:
# whatever reaches to the right does not link.
define unit
$(B)/unit/$(1): tests/unit/$(1).c $$(or $$(ARCS_$(firstword $(subst _, ,$(1)))),$$(error \
	tests/unit/$(1).c: "$(firstword $(subst _, ,$(1)))" is no layer with sources)) \
	$(B)/flags $(B)/links | $(B)/test-tools
	$$(call say,TEST) $$(cmd) $$(COMPILE) -MMD -MP -MF $$@.d $$(LINK) $$(LDFLAGS) -o $$@ \
		$$(filter %.c %.a,$$^) $$(LIBS_SHARED) -lcmocka
endef
$(foreach u,$(UNITS),$(eval $(call unit,$(notdir $(u)))))

$(B)/tools/starve.so: tests/tools/starve.c $(B)/flags
	$(call say,TOOL) $(cmd) $(CC) -std=gnu17 -D_GNU_SOURCE -Wall -Wextra $(CFLAGS) -fPIC -shared -fno-builtin -o $@ $<

$(filter-out %.so,$(TOOLS)): $(B)/tools/%: tests/tools/%.c $(B)/flags
	$(call say,TOOL) $(cmd) $(COMPILE) -MMD -MP -MF $@.d $(LINK) $(LDFLAGS) -o $@ $<
$(BENCHES): $(B)/bench/%: tests/bench/%.c $(ARCS) $(B)/flags $(B)/links
	$(call say,BENCH) $(cmd) $(COMPILE) -MMD -MP -MF $@.d $(LINK) $(LDFLAGS) -o $@ \
		$(filter %.c %.a,$^) $(LIBS_SHARED)

FUZZERS	:= $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))
$(FUZZERS): $(B)/fuzz/%: tests/fuzz/%.c $(ARCS_shell) $(B)/flags $(B)/links
	$(call say,FUZZ) $(cmd) $(COMPILE) -MMD -MP -MF $@.d -fsanitize=fuzzer $(LINK) $(LDFLAGS) -o $@ \
		$(filter %.c %.a,$^) $(LIBS_SHARED)

$(B)/test-tools: setup.sh
	@CC='$(CC)' ./setup.sh --$(MAY) test && touch $@

run: all
	@exec $(B)/ipcsh $(ARGS)

test: all $(UNITS) $(TOOLS) | $(B)/test-tools
	@BUILD=$(B) tests/run $(T)

test-repeat: all $(UNITS) $(TOOLS) | $(B)/test-tools
	@BUILD=$(B) tests/run --repeat $(N) $(T)

soak: all $(UNITS) $(TOOLS) | $(B)/test-tools
	@SOAK=1 POINTS=$(or $(POINTS),1000) BUILD=$(B) tests/run $(or $(T),tests/crash/crash $(wildcard tests/faults/*))

check-asan:
	@$(MAKE) --no-print-directory SAN=1 test

# Its own build: the sanitizers, and libFuzzer's eyes, by clang.
fuzz:
	@if command -v clang >/dev/null; then \
		$(MAKE) --no-print-directory CC=clang FUZZ=1 fuzzers && \
		BUILD=$(if $(filter file,$(origin B)),build-fuzz,$(B)) tests/fuzz/run '$(or $(SECONDS),60)' $(T); \
	else echo "make fuzz: skipped, there is no clang"; fi
fuzzers: $(FUZZERS)

coverage:
	@$(MAKE) --no-print-directory COV=1 CFLAGS='-O0 -g' covered
covered: all $(UNITS) $(TOOLS) | $(B)/test-tools
	@BUILD=$(B) LEAST=$(or $(LEAST),95) tests/coverage $(T)

fresh:
	@tests/fresh $(MAKEOVERRIDES)

bench: all $(BENCHES) | $(B)/test-tools
	@[ -x tests/bench/run ] || { echo "tests/bench/run is not there yet"; exit 1; }
	@BUILD=$(B) tests/bench/run $(T)

book:
	@./setup.sh --$(MAY) book
	@doc/book $(if $(filter open,$(FOLDS)),--open) lessons $(B)/book$(if $(filter open,$(FOLDS)),-open)
	@echo "$(B)/book$(if $(filter open,$(FOLDS)),-open)/index.html"

po:
	@tests/words --template $(B)/ipcsh.pot
	@for l in $(LANGUAGES); do \
		msgmerge --quiet --update --backup=none --no-wrap --add-location=file po/$$l.po $(B)/ipcsh.pot && \
		msgattrib --no-obsolete --no-wrap --add-location=file -o po/$$l.po po/$$l.po && \
		msgfmt --statistics -o /dev/null po/$$l.po; done

layers:
	@tests/layers

format:
	@$(or $(shell command -v clang-format-14),clang-format) -i $(wildcard src/*.[ch] src/*/*.[ch] tests/*/*.[ch])

setup:
	@CC='$(CC)' ./setup.sh --$(SETUP) build test book ci

install: all
	$(if $(PROG),,$(error src/main.c is not there))
	install -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(MANDIR)/man1' '$(DESTDIR)$(DATADIR)/lessons'
	install -m 755 $(B)/ipcsh '$(DESTDIR)$(BINDIR)/ipcsh'
	install -m 644 doc/ipcsh.1 '$(DESTDIR)$(MANDIR)/man1/ipcsh.1'
	$(if $(wildcard lessons/*),install -m 644 $(wildcard lessons/*) '$(DESTDIR)$(DATADIR)/lessons')
	@$(install_profile)

# AppArmor's rule for user namespaces is of its version 4: older ones neither need nor know it.
PROFILE	= $(DESTDIR)$(SYSCONFDIR)/apparmor.d/ipcsh
define install_profile
if [ "$$(cat '$(APPARMOR)' 2>/dev/null)" = Y ] && [ -e '$(SYSCONFDIR)/apparmor.d/abi/4.0' ]; then \
	echo "AppArmor is in use here: $(PROFILE) allows ipcsh its user namespace" && \
	install -d '$(dir $(PROFILE))' && \
	sed 's|@BINDIR@|$(BINDIR)|' doc/ipcsh.apparmor >'$(PROFILE)' && chmod 644 '$(PROFILE)' || exit 1; \
	[ -n '$(DESTDIR)' ] || apparmor_parser -r '$(PROFILE)' || \
		echo "not loaded: do it with sudo apparmor_parser -r $(PROFILE)"; \
fi
endef
define remove_profile
if [ -e '$(PROFILE)' ]; then \
	[ -n '$(DESTDIR)' ] || apparmor_parser -R '$(PROFILE)' || echo "its AppArmor profile stays loaded until the next boot"; \
	rm -f '$(PROFILE)'; \
fi
endef

uninstall:
	@$(remove_profile)
	rm -f '$(DESTDIR)$(BINDIR)/ipcsh' '$(DESTDIR)$(MANDIR)/man1/ipcsh.1'
	rm -rf '$(DESTDIR)$(DATADIR)'

clean:
	rm -rf build build-asan build-clang build-fuzz build-cov $(filter-out build build-%,$(B))

-include $(patsubst %.o,%.d,$(call obj,$(SRC) src/main.c)) $(UNITS:=.d) $(TOOLS:=.d) $(BENCHES:=.d) $(FUZZERS:=.d)
