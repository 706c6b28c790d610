/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which language a name, a locale and the environment stand for; what is translated, and when. */
#include "base/lang.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char word[] = "no such thing in any catalogue";

static void test_names(void **state)
{
	static const char *const zh[] = { "zh", "zh_CN", "zh_CN.UTF-8", "zh_TW@x", "zh.UTF-8" };
	static const char *const en[] = { "en", "en_GB.UTF-8", "C", "C.UTF-8", "POSIX" };
	static const char *const none[] = { "", "z", "zhh", "fr_FR.UTF-8", "English", "CC" };
	char *cause = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(zh); i++) {
		assert_int_equal(lang_set("en", NULL), 0);
		assert_int_equal(lang_set(zh[i], NULL), 0);
		assert_string_equal(lang_name(), "zh");
	}
	for (size_t i = 0; i < ARRAY_LEN(en); i++) {
		assert_int_equal(lang_set("zh", NULL), 0);
		assert_int_equal(lang_set(en[i], NULL), 0);
		assert_string_equal(lang_name(), "en");
	}
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		assert_int_equal(lang_set(none[i], &cause), -1);
		assert_non_null(strstr(cause, "no such language; there are en and zh"));
		assert_string_equal(lang_name(), "en");
	}
	free(cause);
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(lang_set("en", NULL), 0);
	assert_string_equal(_("nobody"), "nobody");
	assert_false(lang_is_local());
	assert_int_equal(lang_set("zh", NULL), 0);
	assert_string_equal(_("nobody"), "无人");
	assert_true(lang_is_local());
	assert_ptr_equal(lang_say(word), word);
	assert_string_equal(_(""), ""); /* the catalogue's head is no word */
	assert_true(lang_local(false));
	assert_string_equal(_("nobody"), "nobody");
	assert_false(lang_is_local());
	assert_false(lang_local(true));
	assert_string_equal(_("nobody"), "无人");
	/* the first and the last of the catalogue, and what would stand before and behind */
	assert_ptr_equal(lang_say("\001"), lang_say("\001"));
	assert_string_equal(lang_say("\001"), "\001");
	assert_string_equal(lang_say("\377"), "\377");
	assert_int_equal(lang_set("en", NULL), 0);
}

static void test_environment(void **state)
{
	(void)state;
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	assert_string_equal(lang_of_environment(), "en");
	setenv("LANG", "zh_CN.UTF-8", 1);
	assert_string_equal(lang_of_environment(), "zh");
	setenv("LC_MESSAGES", "de_DE.UTF-8", 1);
	assert_string_equal(lang_of_environment(), "en");
	setenv("LC_ALL", "zh", 1);
	assert_string_equal(lang_of_environment(), "zh");
	setenv("LC_ALL", "", 1);
	assert_string_equal(lang_of_environment(), "en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
