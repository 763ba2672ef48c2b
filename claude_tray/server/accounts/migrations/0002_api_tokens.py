from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from rest_framework_simplejwt.utils import get_md5_hash_password


def keep_issued_tokens(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    """Accept tokens that were issued before until the password changes."""
    User = apps.get_model("accounts", "User")
    for user in User.objects.only("pk", "password").iterator():
        User.objects.filter(pk=user.pk).update(
            unlisted_token_key=get_md5_hash_password(user.password)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="deactivated_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="unlisted_token_key",
            field=models.CharField(default="", editable=False, max_length=64),
        ),
        migrations.RunPython(
            keep_issued_tokens, migrations.RunPython.noop, elidable=False
        ),
        migrations.RenameModel("DeviceToken", "ApiToken"),
        migrations.AlterField(
            model_name="apitoken",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        # Tokens until now can only send.
        migrations.AddField(
            model_name="apitoken",
            name="scope",
            field=models.CharField(
                choices=[
                    ("send", "Send"),
                    ("read", "Read"),
                    ("metrics", "Metrics"),
                    ("refresh", "Refresh"),
                ],
                default="send",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="machine_id",
            field=models.CharField(default="", max_length=255),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="password_key",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="apitoken",
            index=models.Index(
                fields=["user", "scope"], name="token_user_scope"
            ),
        ),
    ]
